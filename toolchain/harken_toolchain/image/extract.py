"""Takes an image apart: what each partition holds."""

from pathlib import Path

from harken_toolchain import boards
from harken_toolchain.boards import SECTOR, Board
from harken_toolchain.errors import UserError
from harken_toolchain.image.stock import TABLE_OFFSET

#: Where an image file's first byte goes: 0x1000 on the ESP32, 0 on its successors.
_OFFSETS = (0x1000, 0x0)


def _padded(data: bytes, offset: int, size: int) -> bytes:
    """`size` bytes from `offset`; what lies behind the file's end is erased flash."""
    part = data[offset : offset + size]
    return part + b"\xff" * (size - len(part))


def _with_table(data: bytes) -> dict[str, bytes] | None:
    from mp_image_tool_esp32.partition_table import PartitionError, PartitionTable

    for base in _OFFSETS:
        try:
            table = PartitionTable.from_bytes(_padded(data, TABLE_OFFSET - base, SECTOR))
        except PartitionError:
            continue
        return {part.name: _padded(data, part.offset - base, part.size) for part in table}
    return None


def _by_board(data: bytes, board: Board) -> dict[str, bytes]:
    base = board.flash.image_offset
    return {part.name: _padded(data, part.offset - base, part.size) for part in board.partitions}


def extract(path: Path, board: Board | None = None) -> dict[str, bytes]:
    """The partitions of an image file: content by name, each in its full size.

    Args:
        path: an image that `harken image` wrote, or any firmware file with a partition table.
        board: says where things lie when the chip has no partition table (the ESP8266).

    Raises:
        UserError: the file is missing, or holds no partition table and no board is given.
    """
    if not path.is_file():
        raise UserError(f"there is no image {path}", "Build one: 'harken image -o image.bin'.")
    data = path.read_bytes()
    if board and not board.has_table:
        return _by_board(data, board)
    if parts := _with_table(data):
        return parts
    names = [name for name in boards.names() if not boards.load(name).has_table]
    raise UserError(
        f"{path} has no partition table at {TABLE_OFFSET:#x}",
        f"An image of a chip without one needs its board: {', '.join(names)}.",
    )
