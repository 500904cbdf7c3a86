"""One copy of what an update replaces: the application's file system and the packed models."""

from dataclasses import dataclass
from pathlib import Path

import harken
from harken.update.loader import APP_BLOCK

from harken_toolchain.boards import Board
from harken_toolchain.image import application, filesystem, models
from harken_toolchain.prepare import attach

#: The most an application may take on a chip without partitions, in bytes.
_FILE_ROOM = 0x80000


@dataclass(frozen=True)
class Release:
    """`app` and `models` are the bytes of the two areas; `used` those of app's blocks in use."""

    board: str
    version: str
    files: dict[str, bytes]
    content: dict[str, bytes]
    app: bytes
    used: int
    models: bytes

    @property
    def manifest(self) -> bytes:
        """What the loader compares with the areas."""
        return application.manifest(self.version, self.board, self.app, self.models)


def app_room(board: Board) -> int:
    """Bytes for the application's file system."""
    part = board.partition("app_a")
    return part.size if part else _FILE_ROOM


def models_room(board: Board) -> int:
    """Bytes for the packed models of one copy."""
    part = board.partition("models")
    return part.size // 2 if part else board.budget.flash_bytes


def make(board: Board, chosen: dict[str, bytes], root: Path) -> Release:
    """Compiles and packs one copy; the same inputs give the same bytes.

    Args:
        board: the board it is for.
        chosen: models' content by name.
        root: the checkout whose firmware/ is compiled.

    Raises:
        UserError: a module does not compile, or something does not fit its area.
    """
    files = application.slot_files(root / "firmware", board, chosen)
    app, used = filesystem.make(files, app_room(board), APP_BLOCK, grow=board.has_table)
    prepared = {name: attach(content) for name, content in chosen.items()}
    packed = models.pack(prepared, models_room(board))
    return Release(
        board.name, harken.__version__, files, prepared, filesystem.trim(app), used, packed
    )
