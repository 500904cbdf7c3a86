"""Assembles an image. The same inputs give the same bytes: nothing here reads a clock."""

from dataclasses import dataclass
from pathlib import Path

from harken.update.loader import APP_BLOCK, manifest_path
from harken.update.slots import STATE, file_name

from harken_toolchain.boards import SECTOR, Board
from harken_toolchain.errors import UserError
from harken_toolchain.image import application, filesystem, release, usage
from harken_toolchain.image.release import Release
from harken_toolchain.image.stock import TABLE_OFFSET, Stock

#: Subtype numbers of ESP-IDF's partition table.
_SUBTYPES = {"factory": 0, "nvs": 2, "phy": 1, "fat": 0x81, "undefined": 6}
_TYPES = {"app": 0, "data": 1}
#: The copy that an image installs.
SLOT = "a"


@dataclass(frozen=True)
class Image:
    """An image and what is in it; `data[0]` goes to the board's `flash.image_offset`."""

    board: Board
    data: bytes
    micropython: str
    release: Release
    loader: dict[str, bytes]
    rows: list[usage.Row]
    checks: list[usage.Check]


def partition_table(board: Board) -> bytes:
    """The binary partition table of a board, with its checksum."""
    from mp_image_tool_esp32.partition_table import PART_MAGIC, PartitionEntry, PartitionTable

    table = PartitionTable(board.flash.size_bytes)
    for part in board.partitions:
        label = part.name.encode().ljust(16, b"\0")
        kind, subtype = _TYPES[part.type], _SUBTYPES[part.subtype]
        table.append(PartitionEntry(PART_MAGIC, kind, subtype, part.offset, part.size, label, 0))
    table.check()
    return table.to_bytes()


def _bootloader(stock: Stock, board: Board) -> bytes:
    """The boot loader, its header's flash size set to the board's."""
    from mp_image_tool_esp32.image_header import ImageHeader

    header = ImageHeader.from_bytes(stock.bootloader[:24])
    if header.flash_size == board.flash.size_bytes:
        return stock.bootloader
    header.flash_size = board.flash.size_bytes
    return bytes(header.update_image(stock.bootloader)[0])


def _place(data: bytearray, offset: int, part: bytes) -> None:
    """Puts `part` at `offset`; the gap before it becomes erased flash."""
    if offset < len(data):
        raise AssertionError(f"parts overlap at {offset:#x}")
    data.extend(b"\xff" * (offset - len(data)))
    data.extend(part)


def _loader(board: Board, root: Path, copy: Release) -> dict[str, bytes]:
    """The files of the partition `vfs`: loader, its state, the first copy's manifest."""
    files = application.loader_files(root / "firmware", board)
    files[STATE] = f'{{"slot": "{SLOT}"}}'.encode()
    files[manifest_path(SLOT, "")] = copy.manifest
    if not board.has_table:
        files[file_name("app", SLOT)] = copy.app
        files[file_name("models", SLOT)] = copy.models
    return files


def _assemble(stock: Stock, board: Board, copy: Release, files: bytes) -> bytes:
    contents = {"vfs": files}
    if board.has_table:
        app = next(part for part in board.partitions if part.type == "app")
        contents |= {app.name: stock.app, "models": copy.models, f"app_{SLOT}": copy.app}
    data, base = bytearray(), board.flash.image_offset
    if board.has_table:
        _place(data, 0, _bootloader(stock, board))
        _place(data, TABLE_OFFSET - base, partition_table(board))
    else:
        _place(data, 0, stock.whole)
    for part in board.partitions:
        if part.name in contents:
            _place(data, part.offset - base, contents[part.name])
    return filesystem.trim(bytes(data))


def build(board: Board, stock: Stock, chosen: dict[str, bytes], root: Path) -> Image:
    """Builds an image; budgets are measured, not enforced (see `refuse` and fit.py).

    Args:
        board: the board it is for.
        stock: a checked firmware.
        chosen: models' content by name.
        root: the checkout whose firmware/ is compiled.

    Raises:
        UserError: a module does not compile, or something does not fit its partition.
    """
    copy = release.make(board, chosen, root)
    loader = _loader(board, root, copy)
    vfs = board.partition("vfs")
    assert vfs is not None
    files, used = filesystem.make(loader, vfs.size)
    rows = _rows(stock, board, copy, loader, used)
    return Image(
        board=board,
        data=_assemble(stock, board, copy, files),
        micropython=stock.version_text,
        release=copy,
        loader=loader,
        rows=rows,
        checks=usage.checks(board, rows),
    )


def _rows(
    stock: Stock, board: Board, copy: Release, loader: dict[str, bytes], used: int
) -> list[usage.Row]:
    size = len(stock.bootloader) + len(stock.app)
    rows = [usage.Row(f"MicroPython {stock.version_text}", 1, size, size, budgeted=False)]
    if not board.has_table:  # application and models lie in files, which the loader's rows count
        return [*rows, *usage.file_rows("files", loader, used, SECTOR)]
    rows.append(usage.Row("partition table", 1, SECTOR, SECTOR, budgeted=False))
    rows += usage.file_rows("loader", loader, used, SECTOR)
    rows += usage.file_rows("app", copy.files, copy.used, APP_BLOCK)
    return rows + usage.model_rows(copy.content, len(copy.models))


def refuse(board: Board, checks: list[usage.Check]) -> None:
    """Raises a `UserError` that names every budget that is broken."""
    broken = [check for check in checks if not check.kept]
    if not broken:
        return
    said = "; ".join(
        f"{check.what}: {check.found} bytes, allowed {check.allowed}" for check in broken
    )
    raise UserError(
        f"the image breaks a budget of {board.name}: {said}",
        "Leave out a model (--model), a language (--language) or modules (leave_out in its file).",
    )
