"""What a training writes beside the model: `metrics.json` and `card.md`."""

from pydantic import BaseModel

from harken_toolchain.data import manifest
from harken_toolchain.train.compression import section
from harken_toolchain.train.cost import Cost
from harken_toolchain.train.evaluate import Figure
from harken_toolchain.train.recipe import Recipe

_RELEASE = {
    "default": "It may stand in every image: its data's licence lets the weights be given away.",
    "opt-in": "It stands in an image only when it is asked for: its training data is for research.",
    "measure": "It is for comparison with published figures and stands in no image.",
}
_ENGINES = {
    "float": "float",
    "tflm": "int8, tflite-micro",
    "device": "int8, device interpreter",
}


class Seed(BaseModel):
    """One training: its validation score in float, its test measures in float and in int8."""

    seed: int
    validation: float
    float_test: dict[str, float]
    int8_test: dict[str, float]


class Metrics(BaseModel):
    """Content of `metrics.json`."""

    name: str
    recipe: str
    dataset: str
    labels: int
    test_texts: int
    #: Test texts that were left out because they also stand in train.
    left_out: int
    #: Test measures by engine and name; the seed with the best validation score.
    measures: dict[str, dict[str, Figure]]
    released_seed: int
    seeds: list[Seed]
    #: Mean over the seeds of the int8 test measures.
    mean: dict[str, float]
    temperature: float
    #: Expected calibration error on test before and after the temperature; one label only.
    calibration: dict[str, float]
    device_equals_tflm: bool
    cost: Cost
    seconds: float


def _figures(metrics: Metrics) -> list[str]:
    lines = ["| measure (test) | " + " | ".join(_ENGINES[e] for e in metrics.measures) + " |"]
    lines.append("|---|" + "---|" * len(metrics.measures))
    for name in next(iter(metrics.measures.values())):
        cells = []
        for engine in metrics.measures.values():
            figure = engine[name]
            cells.append(f"{figure.value:.4f} ({figure.low:.4f} to {figure.high:.4f})")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def _seeds(metrics: Metrics) -> list[str]:
    names = list(metrics.mean)
    lines = ["| seed | validation | " + " | ".join(f"test {name}" for name in names) + " |"]
    lines.append("|---|---|" + "---|" * len(names))
    for seed in metrics.seeds:
        cells = " | ".join(f"{seed.int8_test[name]:.4f}" for name in names)
        mark = " (released)" if seed.seed == metrics.released_seed else ""
        lines.append(f"| {seed.seed}{mark} | {seed.validation:.4f} | {cells} |")
    cells = " | ".join(f"{metrics.mean[name]:.4f}" for name in names)
    lines.append(f"| mean | | {cells} |")
    return lines


def _data(dataset: str) -> str:
    """One sentence on where the data comes from."""
    if dataset.startswith("crisis/"):
        return (
            f"The tuned half of `datasets/crisis/cases.{dataset.partition('/')[2]}*.toml`, written "
            "for this project, Apache-2.0; everyday texts of goemotions (Apache-2.0) and clinc150 "
            "(CC BY 3.0) without any word of a fixed list. No template stands in two parts. "
            "The test figures are those of this half; the held-out half's are printed by "
            "`harken bench crisis`."
        )
    if "/" in dataset:
        return (
            f"Phrases written for this project, `datasets/{dataset}.toml`, Apache-2.0. The "
            "families of paraphrases of an intent stand as a whole in train, validation or test."
        )
    sheet = manifest.read(dataset)
    return f"{sheet.title} ({sheet.home}). Licence: {sheet.licence}. {sheet.citation}."


def card(recipe: Recipe, metrics: Metrics) -> str:
    """The model card, in Markdown."""
    cost = metrics.cost
    ops = ", ".join(f"{name} x {n}" if n > 1 else name for name, n in cost.ops.items())
    size = recipe.architecture
    hidden = f", {size.hidden} hidden units" if size.hidden else ""
    lines = [
        f"# {recipe.title}",
        "",
        recipe.summary,
        "",
        "It is no medical device and tells nothing about a person's health.",
        "",
        "## Use",
        "",
        _RELEASE[recipe.release],
        "",
        "## Data",
        "",
        _data(recipe.dataset),
        f"{metrics.test_texts} test texts; left out: {metrics.left_out} that also stand in train.",
        "",
        "## Figures",
        "",
        "With 95 % bootstrap intervals; everything was chosen on the validation part.",
        "",
        *_figures(metrics),
        "",
        "The seeds, in int8:",
        "",
        *_seeds(metrics),
        "",
        "## Cost",
        "",
        f"{cost.bytes} bytes, {cost.macs} multiply-accumulates, {cost.arena} bytes of arena.",
        f"{size.kind}, rows of {size.width}, {size.units} units a direction{hidden}. Ops: {ops}.",
    ]
    if metrics.calibration:
        lines += [
            "",
            "## Calibration",
            "",
            f"Expected calibration error on test: {metrics.calibration['before']:.4f} before, "
            f"{metrics.calibration['after']:.4f} after temperature scaling "
            f"(temperature {metrics.temperature}, fitted on validation, folded into the weights).",
        ]
    lines += section(recipe.folder, metrics.recipe)
    notes = recipe.folder / "notes.md"
    if notes.is_file():
        lines += ["", notes.read_text().rstrip()]
    lines += ["", f"Written by `harken train models/{recipe.name}`; recipe {metrics.recipe}.", ""]
    return "\n".join(lines)
