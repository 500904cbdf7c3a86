"""Which models an image contains: those that their recipes release by default."""

import tomllib
from pathlib import Path

from harken_toolchain.boards import Board
from harken_toolchain.errors import UserError
from harken_toolchain.image import fit
from harken_toolchain.image import models as packer


def released(folder: Path) -> dict[str, Path]:
    """The released .tflite of each model folder, by the folder's name."""
    found = {}
    for model in sorted(path for path in folder.glob("*") if path.is_dir()):
        own = model / f"{model.name}.tflite"
        candidates = [own] if own.is_file() else sorted(model.glob("*.tflite"))
        if candidates:
            found[model.name] = candidates[0]
    return found


def is_default(model: Path) -> bool:
    """Whether an image contains this model unless told otherwise: `release = "default"`.

    Models trained on data that does not let the weights be given away say "opt-in" or "measure".
    """
    recipe = model / "model.toml"
    try:
        return tomllib.loads(recipe.read_text(encoding="utf-8")).get("release") == "default"
    except FileNotFoundError:
        return False
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{recipe} is not valid TOML: {error}") from error


def models(root: Path, board: Board, named: list[str] | None = None) -> dict[str, bytes]:
    """Content by name of the models for a board.

    Args:
        root: the checkout.
        board: says `default`, `smallest` or names.
        named: names of folders in models/ or paths of .tflite files, instead of the board's choice.

    Raises:
        UserError: a model is missing or no .tflite.
    """
    there = released(root / "models")
    if named is None and isinstance(board.image.models, list):
        named = board.image.models
    if named is not None:
        return {name: data for name, data in (_named(item, there) for item in named)}
    chosen = {name: packer.read(path) for name, path in there.items() if is_default(path.parent)}
    return _smallest(chosen, board) if board.image.models == "smallest" else chosen


def _smallest(chosen: dict[str, bytes], board: Board) -> dict[str, bytes]:
    """The smallest model that keeps the board's budget of memory; none where none does."""
    fitting = [
        name
        for name, data in chosen.items()
        if all(check.kept for check in fit.checks(board, {name: data}))
    ]
    return {name: chosen[name] for name in sorted(fitting, key=lambda one: len(chosen[one]))[:1]}


def _named(item: str, there: dict[str, Path]) -> tuple[str, bytes]:
    if item.endswith(".tflite"):
        return Path(item).stem, packer.read(Path(item))
    if item not in there:
        raise UserError(
            f"there is no released model {item!r}",
            f"Models: {', '.join(there) or 'none'}; or give the path of a .tflite.",
        )
    return item, packer.read(there[item])
