"""A stand-in for stock firmware: right headers, checksums and description, no code.

Tests build images from it, and the simulator starts those. On a board it does nothing.
"""

from typing import Any

from harken_toolchain.boards import Board
from harken_toolchain.image import espimage
from harken_toolchain.image.stock import APP_OFFSET

#: Load addresses in data RAM and flash-mapped data of each chip.
_ADDRESSES = {
    "esp32": (0x3FFF0000, 0x3F400020),
    "esp32s3": (0x3FCD0000, 0x3C000020),
    "esp32c3": (0x3FCD0000, 0x3C000020),
}


def firmware(board: Board, version: str = "1.26.1") -> bytes:
    """The bytes of a synthetic firmware file for a board.

    Args:
        board: says chip, flash mode, clock and size.
        version: MicroPython's version as the banner names it.
    """
    banner = f"MicroPython v{version} on 2000-01-01; no code".encode() + b"\0"
    if not board.has_table:
        return bytes([espimage.MAGIC]) + bytes(15) + banner
    ram, flash = _ADDRESSES[board.chip]
    settings: dict[str, Any] = {
        "mode": board.flash.mode,
        "mhz": board.flash.mhz,
        "flash_mb": board.flash.size_bytes >> 20,
    }
    boot = espimage.write(board.chip, [(ram, b"no code" + bytes(57))], entry=ram, **settings)
    said = espimage.describe(f"v{version}", "micropython") + banner
    app = espimage.write(board.chip, [(flash, said), (ram, bytes(64))], entry=ram, **settings)
    gap = APP_OFFSET - board.flash.image_offset - len(boot)
    return boot + b"\xff" * gap + app
