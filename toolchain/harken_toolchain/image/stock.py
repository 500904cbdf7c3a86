"""Reads a stock MicroPython firmware file and says whether a board can use it."""

import re
from dataclasses import dataclass
from pathlib import Path

from harken_toolchain.boards import Board
from harken_toolchain.errors import UserError
from harken_toolchain.image import espimage

TABLE_OFFSET = 0x8000
APP_OFFSET = 0x10000
#: The first version that loads each .mpy format, newest first.
MPY_OF_VERSION = (((1, 23), "6.3"), ((1, 22), "6.2"), ((1, 20), "6.1"))
_BANNER = re.compile(rb"v(\d+)\.(\d+)(?:\.(\d+))?(?:-preview[.\w]*)? on \d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Stock:
    """A checked firmware: boot loader and application without the padding between them."""

    bootloader: bytes
    app: bytes
    version: tuple[int, int, int]
    whole: bytes

    @property
    def version_text(self) -> str:
        return ".".join(map(str, self.version))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def find_version(app: bytes) -> tuple[int, int, int] | None:
    """MicroPython's version, from its banner or from the application description."""
    if found := _BANNER.search(app):
        return int(found[1]), int(found[2]), int(found[3] or 0)
    said = espimage.description(app)
    if said and (named := re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?", said.version)):
        return int(named[1]), int(named[2]), int(named[3] or 0)
    return None


def mpy_format(version: tuple[int, ...]) -> str:
    """The .mpy format that a MicroPython version loads."""
    return next((mpy for first, mpy in MPY_OF_VERSION if version[:2] >= first), "older than 6.1")


def _check_version(version: tuple[int, int, int] | None, board: Board, name: str) -> None:
    if version is None:
        raise UserError(
            f"{name} holds no MicroPython version",
            f"Wanted: MicroPython for {board.micropython.board}, {board.micropython.url}",
        )
    low, high = _numbers(board.micropython.minimum), _numbers(board.micropython.maximum)
    text = ".".join(map(str, version))
    if not low <= version[: len(low)] or version[: len(high)] > high:
        raise UserError(
            f"{name} is MicroPython {text}; {board.name} needs"
            f" {board.micropython.minimum} to {board.micropython.maximum}",
            f"Get {board.micropython.url}",
        )
    if mpy_format(version) != board.micropython.mpy:
        raise UserError(
            f"{name} (MicroPython {text}) loads .mpy {mpy_format(version)},"
            f" this image is made of .mpy {board.micropython.mpy}"
        )


def _check_chip(found: int, board: Board, name: str) -> None:
    wanted = espimage.CHIP_IDS[board.chip]
    if found == wanted:
        return
    by_id = {number: chip for chip, number in espimage.CHIP_IDS.items()}
    raise UserError(
        f"{name} is for {by_id.get(found, f'chip id {found}')}, {board.name} has {board.chip}",
        f"Get {board.micropython.url}",
    )


def _images(data: bytes, board: Board, name: str) -> tuple[bytes, bytes]:
    """Boot loader and application of a firmware file for a chip with a partition table."""
    parts = []
    for what, offset in (
        ("boot loader", 0),
        ("application", APP_OFFSET - board.flash.image_offset),
    ):
        try:
            part = data[offset:]
            part = part[: espimage.length(part)]
            espimage.check(part)
        except ValueError as error:
            raise UserError(
                f"{name}: the {what} at {offset:#x} is damaged: {error}",
                "Download the firmware again: 'harken firmware get'.",
            ) from error
        _check_chip(espimage.chip_id(part), board, name)
        parts.append(part)
    return parts[0], parts[1]


def parse(data: bytes, board: Board, name: str = "the firmware") -> Stock:
    """Checks a firmware's structure, chip and version against a board.

    Raises:
        UserError: it is damaged, for another chip, or of a version that does not fit.
    """
    if board.has_table:
        bootloader, app = _images(data, board, name)
    else:
        if data[:1] != bytes([espimage.MAGIC]):
            raise UserError(f"{name} is no firmware: it starts with {data[:1].hex()}, not e9")
        bootloader, app = b"", data
    room = next(part for part in board.partitions if part.type == "app")
    if len(app) > room.size:
        raise UserError(f"{name}: the application has {len(app)} bytes, {room.name} {room.size}")
    version = find_version(app)
    _check_version(version, board, name)
    assert version is not None
    return Stock(bootloader, app, version, data)


def read(path: Path, board: Board) -> Stock:
    """Like `parse`, for a file."""
    try:
        return parse(path.read_bytes(), board, path.name)
    except FileNotFoundError:
        raise UserError(
            f"there is no file {path}", f"Run 'harken firmware get --board {board.name}'."
        ) from None
