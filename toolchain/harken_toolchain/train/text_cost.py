"""What text features cost on a board, and what the released text models take together."""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from rich.table import Table

from harken_toolchain.boards.schema import Board
from harken_toolchain.engine import estimate
from harken_toolchain.sim import instructions
from harken_toolchain.train import recipe as recipes
from harken_toolchain.train.progress import Progress
from harken_toolchain.train.recipe import Recipe
from harken_toolchain.train.runners import stored_settings

_SCRIPT = """
import json, sys
from harken.text.encoder import Encoder
from harken.text.tokens import Tokens
from harken.text.vocabulary import Vocabulary
from harken.tflite.sources import FileSource
turns, file, offset, text = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
settings = json.loads(sys.argv[5])
encoder = Encoder(settings, Vocabulary(FileSource(file), offset, settings["slots"]))
for _ in range(turns):
    encoder.encode(text)
"""
#: How models of each release are called in a line.
_RELEASES = {
    "default": "in every image",
    "opt-in": "when asked for",
    "measure": "in no image, for comparison",
}


class Features(BaseModel):
    """The cost of turning one text into rows of an embedding table, estimated.

    `read_ms` is for reading the vocabulary from flash, `compute_ms` for everything else.
    """

    text: str
    characters: int
    tokens: int
    instructions: int
    compute_ms: float
    reads: int
    read_ms: float

    @property
    def ms(self) -> float:
        return self.compute_ms + self.read_ms


class Costs(BaseModel):
    """What `harken bench text --cost` shows."""

    #: The model whose features were used: the one with the most.
    model: str
    features: list[Features]
    target_ms: float
    #: Bytes by model, and the release of each.
    bytes: dict[str, int]
    release: dict[str, str]
    target_bytes: int


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("text_cost.toml").read_text())


def _features(recipe: Recipe, board: Board, name: str, text: str) -> Features:
    from harken.text.encoder import Encoder
    from harken.text.vocabulary import Vocabulary
    from harken.tflite.graph import Model
    from harken.tflite.sources import MemorySource

    content = recipe.file.read_bytes()
    settings = stored_settings(content)
    source = MemorySource(content)
    place = Model(source).metadata_place("harken.vocabulary")
    assert place is not None, "a text model"
    form = {key: settings[key] for key in recipes.Features.model_fields if key in settings}
    counted = instructions.each(_SCRIPT, str(recipe.file), str(place[0]), text, json.dumps(form))
    tokens = Encoder(form, Vocabulary(source, place[0], form["slots"])).encode(text)
    cycles = counted * estimate.table()["cycles_per_instruction"]
    return Features(
        text=name,
        characters=len(text),
        tokens=tokens,
        instructions=counted,
        compute_ms=cycles / (board.cpu.mhz * 1000),
        reads=tokens,
        read_ms=tokens * _table()["small_read_us"] / 1000,
    )


def measure(recipes: list[Recipe], board: Board, progress: Progress) -> Costs:
    """Counts the features of the board model with the most places, and adds all models up.

    Raises:
        UserError: the emulator or MicroPython is missing.
    """
    on_boards = [one for one in recipes if one.release != "measure"]
    largest = max(on_boards, key=lambda one: one.features.tokens * one.features.rows)
    texts = _table()["texts"]
    found = []
    for i, (name, text) in enumerate(texts.items()):
        progress("text features", i, len(texts))
        found.append(_features(largest, board, name, text))
    progress("text features", len(texts), len(texts))
    return Costs(
        model=largest.name,
        features=found,
        target_ms=_table()["target_ms"],
        bytes={one.name: one.file.stat().st_size for one in recipes},
        release={one.name: one.release for one in recipes},
        target_bytes=_table()["target_bytes"],
    )


def on_one_board(sizes: dict[str, int]) -> int:
    """Bytes of the models that a board can hold together: one of those that tell emotions."""
    from harken.part import EMOTIONS

    instead = sorted(size for name, size in sizes.items() if name in EMOTIONS)
    return sum(sizes.values()) - sum(instead[:-1])


def features_table(costs: Costs, board: Board) -> Table:
    """Milliseconds of the features; estimated, not measured on a board."""
    table = Table(
        *("text", "characters", "tokens", "instructions", "compute ms", "flash reads", "read ms"),
        *("in all", "target"),
        title=f"Text features of {costs.model} at {board.cpu.mhz} MHz, estimated",
    )
    for one in costs.features:
        times = (one.compute_ms, one.read_ms, one.ms, costs.target_ms)
        compute, read, whole, target = (f"{ms:.2f}" for ms in times)
        counts = (one.characters, one.tokens, one.instructions, one.reads)
        characters, tokens, counted, reads = (f"{count:,}" for count in counts)
        table.add_row(one.text, characters, tokens, counted, compute, reads, read, whole, target)
    return table


def sizes_table(costs: Costs) -> Table:
    """Bytes of the models by release, and of all together, against the budget."""
    table = Table("model", "release", "bytes", title="Sizes of the released text models")
    for release, meaning in _RELEASES.items():
        names = [name for name, found in costs.release.items() if found == release]
        for name in names:
            table.add_row(name, release, f"{costs.bytes[name]:,}")
        if names:
            total = sum(costs.bytes[name] for name in names)
            table.add_row(f"all {meaning}", "", f"{total:,}", style="bold")
    asked = on_one_board({n: s for n, s in costs.bytes.items() if costs.release[n] != "measure"})
    budget = f"{costs.target_bytes:,}"
    table.add_row("most that one board holds", "", f"{asked:,} of {budget}", style="bold")
    whole = sum(costs.bytes.values())
    table.add_row("all, those for comparison too", "", f"{whole:,} of {budget}", style="bold")
    return table
