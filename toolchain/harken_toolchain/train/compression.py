"""The table of a model's compression steps: what `harken compress` measures and the card shows."""

from pathlib import Path

from pydantic import BaseModel
from rich.console import Group
from rich.table import Table

#: Written into the model's folder.
FILE = "compression.json"


class Step(BaseModel):
    """A model after one step, with what it reaches and what it takes.

    `validation` and `test` are measures by name; they are empty where nothing was measured, for
    the reason that `how` gives.
    """

    step: str
    #: float32; int8 (tflite-micro); int8, device.
    numbers: str
    #: What did it, to which layers.
    how: str
    validation: dict[str, float] = {}
    test: dict[str, float] = {}
    #: The packed .tflite with vocabulary and settings, and the same under gzip -9.
    bytes: int | None = None
    gzip_bytes: int | None = None


class Compression(BaseModel):
    """Content of `compression.json`."""

    name: str
    #: Digest of the recipe whose model was compressed.
    recipe: str
    seed: int
    sparsity: float
    clusters: int
    #: Of fine-tuning after pruning, clustering and fake quantisation.
    epochs: int
    #: Of an epoch, at most.
    texts: int
    #: Whether the int8 model of the table is the released file, byte for byte.
    released: bool
    steps: list[Step]
    seconds: float

    @property
    def measures(self) -> list[str]:
        """Names of the measures, in their order."""
        return list(dict.fromkeys(name for step in self.steps for name in step.test))


def read(folder: Path) -> Compression | None:
    """The table in a model's folder, None where there is none."""
    path = folder / FILE
    return Compression.model_validate_json(path.read_text()) if path.is_file() else None


def write(folder: Path, table: Compression) -> None:
    (folder / FILE).write_text(table.model_dump_json(indent=1) + "\n")


def _size(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _pair(step: Step, measure: str) -> str:
    """Validation and test in one cell."""
    found = [
        f"{part[measure]:.4f}" if measure in part else "-" for part in (step.validation, step.test)
    ]
    return " / ".join(found) if step.test else "-"


def _heads(table: Compression) -> list[str]:
    return ["step", "numbers", *table.measures, "bytes", "gzip"]


def _cells(table: Compression, step: Step) -> list[str]:
    pairs = [_pair(step, measure) for measure in table.measures]
    return [step.step, step.numbers, *pairs, _size(step.bytes), _size(step.gzip_bytes)]


def _notes(table: Compression) -> list[str]:
    """How each step was done, once for steps that share it."""
    found = dict.fromkeys((step.step, step.how) for step in table.steps)
    return [f"{step}: {how}." for step, how in found]


def terminal(table: Compression) -> Group:
    """For a terminal; validation / test in each cell."""
    title = f"{table.name}, seed {table.seed}: validation / test"
    found = Table(*_heads(table), title=title)
    for step in table.steps:
        found.add_row(*_cells(table, step))
    return Group(found, *_notes(table))


def markdown(table: Compression) -> list[str]:
    """The section of a card."""
    heads = _heads(table)
    same = "is" if table.released else "is not"
    return [
        "## Compression",
        "",
        f"Seed {table.seed}; each cell: validation / test. Bytes are those of the packed .tflite, "
        f"gzip of the same under gzip -9. int8: quantised after training, run by tflite-micro. "
        f"After pruning ({table.sparsity:.0%} of the weights), clustering ({table.clusters} values "
        f"a tensor) and fake quantisation: {table.epochs} epochs of fine-tuning on at most "
        f"{table.texts:,} texts. The int8 model of the last rows {same} the released file, byte "
        "for byte.",
        "",
        "| " + " | ".join(heads) + " |",
        "|---" * len(heads) + "|",
        *("| " + " | ".join(_cells(table, step)) + " |" for step in table.steps),
        "",
        *(f"- {note}" for note in _notes(table)),
        "",
        f"Written by `harken compress models/{table.name}`.",
    ]


def section(folder: Path, recipe: str) -> list[str]:
    """The section of a card, empty where the table is missing or of another recipe."""
    found = read(folder)
    return ["", *markdown(found)] if found and found.recipe == recipe else []
