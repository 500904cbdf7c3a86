"""`harken train`."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    folder: Annotated[Path, typer.Argument(help="Folder of the model, with its model.toml.")],
    seeds: Annotated[
        int | None, typer.Option(help="Train with the first N seeds of the recipe only.", min=1)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the metrics as JSON.")] = False,
) -> None:
    """Train a model by its recipe: data to packed int8 .tflite, figures and card.

    Writes `NAME.tflite`, `metrics.json` and `card.md` into the model's folder. The seed with
    the best validation score is released; the card gives every seed and their mean.

    Examples:

        harken train models/emotion

        harken train models/emotion --seeds 1
    """
    from rich.console import Console

    from harken_toolchain.train import recipe as recipes
    from harken_toolchain.train.run import train
    from harken_toolchain.train.show import Bars

    recipe = recipes.read(folder)
    with Bars(Console(stderr=True)) as bars:
        metrics = train(recipe, recipe.training.seeds[:seeds], bars.show)
    if as_json:
        print(metrics.model_dump_json())
        return
    device = metrics.measures["device"]
    for name, figure in device.items():
        print(f"{name}: {figure.value:.4f} ({figure.low:.4f} to {figure.high:.4f}), device")
    print(f"{recipe.file}: {metrics.cost.bytes} bytes")
