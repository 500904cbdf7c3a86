"""harken profile"""

import json
from pathlib import Path
from typing import Annotated

import typer


def command(
    model: Annotated[Path, typer.Argument(help="A .tflite file.", exists=True, dir_okay=False)],
    board: Annotated[str, typer.Option(help="A board in boards/, or a TOML file.")] = "",
    kernels: Annotated[
        str, typer.Option(help="lx6, viper or portable; the board's best by default.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show where MODEL spends its time: op, shape, MACs, instructions, milliseconds, share.

    The figures are estimates from counted instructions; none was taken on a board.

    Examples:

    `harken profile models/emotion/emotion.tflite`

    `harken profile model.tflite --kernels viper --json`
    """
    from harken_toolchain import boards
    from harken_toolchain.engine import estimate, graph, report
    from harken_toolchain.errors import UserError

    chosen = boards.load(board) if board else boards.default()
    used = kernels or chosen.kernels[0]
    if used not in chosen.kernels:
        raise UserError(f"{chosen.title} runs {', '.join(chosen.kernels)} kernels, not {used}")
    layers = estimate.layers(graph.read(model.read_bytes(), str(model)), chosen, used)
    if as_json:
        print(json.dumps(report.profile_json(model, chosen, used, layers)))
    else:
        report.profile_table(model, chosen, used, layers)
