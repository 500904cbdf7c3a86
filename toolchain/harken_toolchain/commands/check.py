"""harken check"""

import json
from pathlib import Path
from typing import Annotated

import typer


def command(
    model: Annotated[Path, typer.Argument(help="A .tflite file.", exists=True, dir_okay=False)],
    board: Annotated[str, typer.Option(help="A board in boards/, or a TOML file.")] = "",
    kernels: Annotated[
        str, typer.Option(help="Estimate the time of these kernels; the board's best by default.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell whether a board can run MODEL, before anyone flashes it.

    Shows operators that are not supported, with the layer's name, the arena, the largest block,
    flash, and multiply-accumulates and estimated time of each layer. Exit code 1: it does not fit.

    Examples:

    `harken check models/emotion/emotion.tflite`

    `harken check model.tflite --board esp32_c3`
    """
    from harken_toolchain import boards
    from harken_toolchain.engine import check, report

    chosen = boards.load(board) if board else boards.default()
    found = check.examine(model.read_bytes(), chosen, kernels)
    if as_json:
        print(json.dumps(report.check_json(model, found)))
    else:
        report.check_table(model, found)
    if not found.good:
        raise typer.Exit(1)
