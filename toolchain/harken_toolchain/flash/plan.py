"""What flashing writes, erases and keeps, decided before anything is touched."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from harken.update.loader import manifest_path
from harken.update.slots import STATE

from harken_toolchain.boards import SECTOR, Board
from harken_toolchain.errors import UserError
from harken_toolchain.flash.silicon import Chip
from harken_toolchain.image import filesystem
from harken_toolchain.image.build import SLOT, Image, partition_table
from harken_toolchain.image.stock import TABLE_OFFSET

#: Files of the loader, which an older installation's must not replace.
_LOADER = (
    "boot.py",
    "main.py",
    "slots.mpy",
    "loader.mpy",
    STATE,
    manifest_path("a", ""),
    manifest_path("b", ""),
)
_MAGIC = b"littlefs"


@dataclass(frozen=True)
class Write:
    """One piece of flash; `address` in bytes from its start."""

    part: str
    address: int
    data: bytes


@dataclass
class Plan:
    """`erases`: (part, address, size). `kept`: what stays. `lost`: what a person would miss."""

    writes: list[Write]
    erases: list[tuple[str, int, int]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(len(write.data) for write in self.writes)


def check(chip: Chip, board: Board) -> None:
    """Refuses the wrong chip and a flash that is too small.

    Raises:
        UserError: with what was found and what is wanted.
    """
    if chip.family != board.chip_family:
        raise UserError(
            f"the board has an {chip.family}, {board.name} is for the {board.chip_family}",
            "Name the right board with --board; boards/ lists them.",
        )
    if chip.flash_bytes < board.flash.size_bytes:
        raise UserError(
            f"the board has {chip.flash_bytes >> 20} MB of flash,"
            f" {board.name} needs {board.flash.size_bytes >> 20} MB"
        )


def _has_littlefs(chip: Chip, offset: int) -> bool:
    return any(_MAGIC in chip.read(offset + block * SECTOR, 32) for block in (0, 1))


def _same_layout(chip: Chip, board: Board) -> bool:
    if not board.has_table:
        vfs = board.partition("vfs")
        return vfs is not None and _has_littlefs(chip, vfs.offset)
    table = partition_table(board)
    return chip.read(TABLE_OFFSET, len(table)) == table


def _own_files(chip: Chip, board: Board) -> dict[str, bytes]:
    """The person's own files in `vfs`; empty when it does not mount."""
    vfs = board.partition("vfs")
    assert vfs is not None
    try:
        files = filesystem.read(chip.read(vfs.offset, vfs.size))
    except ValueError:
        return {}
    return {
        path: data
        for path, data in files.items()
        if path not in _LOADER and not path.endswith(".bin") and not path.endswith(".new")
    }


def _other_vault(chip: Chip, board: Board) -> bool:
    """Whether a board of another layout holds a file system, where a journal may lie."""
    from mp_image_tool_esp32.partition_table import PartitionError, PartitionTable

    try:
        table = PartitionTable.from_bytes(chip.read(TABLE_OFFSET, SECTOR))
    except PartitionError:
        return False
    names = ("vfs", "vault")
    return any(_has_littlefs(chip, part.offset) for part in table if part.name in names)


def _writes(image: Image, own: dict[str, bytes]) -> list[Write]:
    """The pieces of an image without the gaps; `own` files join the loader's."""
    board, base = image.board, image.board.flash.image_offset
    vfs = board.partition("vfs")
    assert vfs is not None
    files, _ = filesystem.make(own | image.loader, vfs.size)
    app = next(part for part in board.partitions if part.type == "app")
    # Not one piece from the boot loader on: `nvs` lies between the table and the firmware.
    whole = {
        "boot loader and table": (base, TABLE_OFFSET + SECTOR) if board.has_table else (0, 0),
        "MicroPython": (app.offset, app.end),
        "models": _range(board, "models"),
        "application": _range(board, f"app_{SLOT}"),
    }
    writes = [
        Write(name, start, filesystem.trim(image.data[start - base : end - base]))
        for name, (start, end) in whole.items()
        if end
    ]
    return [*writes, Write("loader and own files", vfs.offset, files)]


def _range(board: Board, name: str) -> tuple[int, int]:
    part = board.partition(name)
    return (part.offset, part.end) if part else (0, 0)


def make(image: Image, chip: Chip, *, erase: bool = False) -> Plan:
    """The plan for a board as it is now. Keeps the vault and the person's files unless `erase`.

    Raises:
        UserError: the wrong chip, a small flash, or own files that do not fit.
    """
    board = image.board
    check(chip, board)
    same = _same_layout(chip, board)
    vault = board.partition("vault")
    if same and not erase:
        own = _own_files(chip, board)
        plan = Plan(_writes(image, own), kept=sorted(own))
        if vault and _has_littlefs(chip, vault.offset):
            plan.kept.append("the vault")
        return plan
    plan = Plan(_writes(image, {}))
    plan.erases = [
        (part.name, part.offset, part.size)
        for part in board.partitions
        if part.name in ("nvs", "vault")
    ]
    if (same and vault and _has_littlefs(chip, vault.offset)) or (
        not same and board.has_table and _other_vault(chip, board)
    ):
        plan.lost.append("the vault and every file on the board")
    return plan


def run(plan: Plan, chip: Chip, advance: Callable[[Write, int, int], None]) -> None:
    """Carries out a plan: erases, writes, verifies; `advance(write, done, total)` is told.

    The loader comes last: a board that loses power before has none, and says so at its REPL.
    """
    for _, address, size in plan.erases:
        chip.erase(address, size)
    for write in plan.writes:
        chip.write(write.address, write.data, partial(advance, write))
        chip.verify(write.address, write.data)
