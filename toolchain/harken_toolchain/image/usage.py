"""What takes how much flash, and whether that keeps the board's budgets."""

from dataclasses import dataclass

from harken_toolchain.boards import Board
from harken_toolchain.image.filesystem import inline


@dataclass(frozen=True)
class Row:
    """One line of the table. `content`: bytes of the data; `flash`: bytes of flash it occupies."""

    part: str
    files: int
    content: int
    flash: int
    budgeted: bool = True


@dataclass(frozen=True)
class Check:
    """One budget: what was found and what is allowed, in bytes."""

    what: str
    found: int
    allowed: int

    @property
    def kept(self) -> bool:
        return self.found <= self.allowed


def _blocks(size: int, block: int) -> int:
    """Bytes of whole blocks that a file of `size` bytes takes in littlefs."""
    return 0 if size <= inline(block) else -(-size // block) * block


def _group(path: str) -> str:
    """`harken/tflite/ops/conv.mpy` -> `harken.tflite`; `harken/app.mpy` -> `harken`."""
    parts = path.split("/")
    return ".".join(parts[: min(2, len(parts) - 1)]) or "main"


def file_rows(title: str, files: dict[str, bytes], used: int, block: int) -> list[Row]:
    """One row for each package in a file system, and one for its folders.

    Args:
        title: stands before each row's name.
        files: content by path.
        used: bytes of all blocks in use.
        block: bytes of a block.
    """
    groups: dict[str, list[int]] = {}
    for path, data in files.items():
        groups.setdefault(_group(path), []).append(len(data))
    rows = [
        Row(f"{title} {name}", len(sizes), sum(sizes), sum(_blocks(size, block) for size in sizes))
        for name, sizes in sorted(groups.items())
    ]
    rest = used - sum(row.flash for row in rows)
    return [*rows, Row(f"{title} folders", 0, 0, rest)]


def model_rows(models: dict[str, bytes], packed: int) -> list[Row]:
    """One row for each model, and one for the table of contents with the padding."""
    rows = [Row(f"model {name}", 1, len(data), len(data)) for name, data in sorted(models.items())]
    rest = packed - sum(row.content for row in rows)
    return [*rows, Row("models table, padding", 0, rest, rest)]


def checks(board: Board, rows: list[Row]) -> list[Check]:
    """The flash budget: one copy of application and models, with the loader."""
    total = sum(row.flash for row in rows if row.budgeted)
    return [Check("flash of application and models", total, board.budget.flash_bytes)]
