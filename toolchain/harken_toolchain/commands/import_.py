"""`harken import`: a model that was trained elsewhere."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from harken_toolchain import boards


def command(
    model: Annotated[Path, typer.Argument(help="A .tflite file with int8 weights.")],
    labels: Annotated[
        Path, typer.Option(help="Labels: one a line, a JSON list, or Edge Impulse's C header.")
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Default: NAME.packed.tflite beside it.")
    ] = None,
    board: Annotated[str, typer.Option(help="Name of a file in boards/.")] = "esp32_wroom32",
) -> None:
    """Takes a .tflite made elsewhere (Edge Impulse's int8 export among them), checks and packs it.

    Checked are the file, every operator, the labels, and the board's budgets of memory and flash.
    The packed model keeps its labels and computes exactly what the original does; put it into an
    image or an update with --model.

    Examples:

        harken import ei-model.tflite --labels labels.txt -o gesture.tflite

        harken update --model gesture.tflite
    """
    from harken_toolchain.image import models
    from harken_toolchain.imports import bring
    from harken_toolchain.imports import labels as label_files

    out = output or model.with_name(f"{model.stem}.packed.tflite")
    data = models.read(model)
    made = bring.bring(data, label_files.read(labels), boards.load(board), model.name)
    out.write_bytes(made.data)
    console = Console()
    console.print(
        f"{out}: {len(made.data):,} bytes (from {len(data):,}), {len(made.labels)} labels,"
        f" {made.macs:,} MACs, arena {made.arena:,} bytes"
    )
    console.print(f"operators: {', '.join(made.ops)}")
    console.print(f"Next: harken verify {out}; harken update --model {out}")
