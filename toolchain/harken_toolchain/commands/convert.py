"""`harken convert`: Keras and SavedModel to int8 .tflite."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


def command(
    source: Annotated[
        Path, typer.Option("--input", help="A .keras or .h5 file, or a SavedModel folder.")
    ],
    output: Annotated[Path, typer.Option("--output", help="The .tflite to write.")] = Path(
        "quantized_model.tflite"
    ),
    representative: Annotated[
        Path | None,
        typer.Option(help="Real inputs to quantise with: .npy, .npz or .csv, samples first."),
    ] = None,
) -> None:
    """Converts a Keras or SavedModel model to an int8 .tflite with a batch of one.

    The representative dataset sets the range of every tensor: give at least a hundred inputs as
    the model will meet them. Without one the model is quantised with random inputs, which shows
    that it converts and fits, but says nothing of its accuracy.

    Examples:

        harken convert --input model.keras --output quantized_model.tflite --representative x.npy

        harken convert --input saved_model/ --output quantized_model.tflite
    """
    from harken_toolchain.engine import graph
    from harken_toolchain.imports import convert

    console = Console()
    with console.status(f"converting {source}"):
        convert.run(source, output, representative)
    data = output.read_bytes()
    read = graph.read(data, str(output))
    ops = ", ".join(sorted({op.name for op in read.ops}))
    console.print(f"{output}: {len(data):,} bytes, {read.macs:,} MACs; {ops}")
    if representative is None:
        console.print(
            "quantised with random inputs: measure its accuracy, or convert again with"
            " --representative",
            style="yellow",
        )
    console.print(f"Next: harken import {output} --labels LABELS.txt")
