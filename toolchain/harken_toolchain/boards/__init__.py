"""Boards: one TOML file each in `boards/`, checked against a schema when it is read."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from harken_toolchain.boards.schema import SECTOR, Board, Partition
from harken_toolchain.errors import UserError
from harken_toolchain.paths import repository

__all__ = ["SECTOR", "Board", "Partition", "default", "load", "names", "read", "with_languages"]


def folder() -> Path:
    """The folder that holds the board files."""
    return repository() / "boards"


def names() -> list[str]:
    """The names of all boards, sorted."""
    return sorted(path.stem for path in folder().glob("*.toml"))


def _explain(error: ValidationError) -> str:
    """One line for each mistake: the field, what was found, what was wanted."""
    lines = []
    for mistake in error.errors():
        field = ".".join(str(part) for part in mistake["loc"]) or "the file"
        found = mistake["input"]
        shown = f" (found {found!r})" if isinstance(found, (str, int, float, bool)) else ""
        lines.append(f"{field}: {mistake['msg'].removeprefix('Value error, ')}{shown}")
    return "; ".join(lines)


def read(path: Path) -> Board:
    """Reads one board file.

    Raises:
        UserError: the file is missing, is no TOML, or breaks the schema.
    """
    try:
        board = Board.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UserError(f"there is no board file {path}") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path} is not valid TOML: {error}") from error
    except ValidationError as error:
        raise UserError(
            f"{path}: {_explain(error)}", "Compare it with boards/esp32_wroom32.toml."
        ) from error
    if board.name != path.stem:
        raise UserError(f"{path}: name is {board.name!r}, the file's is {path.stem!r}")
    return board


def load(name: str) -> Board:
    """The board of that name, or the one in a file when `name` ends in .toml.

    Raises:
        UserError: there is no such board, or its file is wrong.
    """
    if name.endswith(".toml"):
        return read(Path(name))
    if name not in names():
        raise UserError(f"there is no board named {name!r}", f"Boards: {', '.join(names())}.")
    return read(folder() / f"{name}.toml")


def default() -> Board:
    """The board whose file says `default = true`."""
    return next(board for board in map(load, names()) if board.default)


def with_languages(board: Board, languages: list[str] | None) -> Board:
    """The board with other languages in its image; as it is when `languages` is empty."""
    if not languages:
        return board
    image = board.image.model_copy(update={"languages": tuple(languages)})
    return board.model_copy(update={"image": image})
