"""`harken compress`."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    folder: Annotated[Path, typer.Argument(help="Folder of the model, with its model.toml.")],
    sparsity: Annotated[
        float, typer.Option(help="Share of the weights that pruning removes.", min=0.05, max=0.95)
    ] = 0.5,
    clusters: Annotated[
        int, typer.Option(help="Values that clustering leaves in a weight tensor.", min=2, max=256)
    ] = 16,
    epochs: Annotated[int, typer.Option(help="Epochs of fine-tuning after each step.", min=1)] = 2,
    texts: Annotated[int, typer.Option(help="Texts of such an epoch, at most.", min=1)] = 20_000,
    as_json: Annotated[bool, typer.Option("--json", help="Print the table as JSON.")] = False,
) -> None:
    """Measure every compression of a model: pruned, clustered, quantised; scores and bytes.

    Begins with the trained float model, which is trained anew where the cache does not have it.
    Writes `compression.json` and the card's section of it into the model's folder. The released
    .tflite stays as it is.

    Examples:

        harken compress models/emotion

        harken compress models/stress --sparsity 0.8 --clusters 8 --json
    """
    from rich.console import Console

    from harken_toolchain.train import compression
    from harken_toolchain.train import recipe as recipes
    from harken_toolchain.train.compress import compress
    from harken_toolchain.train.compressors import Settings
    from harken_toolchain.train.show import Bars

    recipe = recipes.read(folder)
    settings = Settings(sparsity, clusters, epochs, texts)
    with Bars(Console(stderr=True)) as bars:
        table = compress(recipe, settings, bars.show)
    if as_json:
        print(table.model_dump_json())
    else:
        Console().print(compression.terminal(table))
