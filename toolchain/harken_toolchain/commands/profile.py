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

    For the lx6 kernels the instructions of this very model are counted in an emulator, those of
    the Python around them too; other figures are estimates. None was taken on a board. The time to
    read weights from flash stands apart.

    Examples:

    `harken profile models/emotion/emotion.tflite`

    `harken profile model.tflite --kernels viper --json`
    """
    from harken_toolchain import boards
    from harken_toolchain.engine import estimate, graph, report
    from harken_toolchain.errors import UserError
    from harken_toolchain.lx6 import cost, qemu

    chosen = boards.load(board) if board else boards.default()
    used = kernels or chosen.kernels[0]
    if used not in chosen.kernels:
        raise UserError(f"{chosen.title} runs {', '.join(chosen.kernels)} kernels, not {used}")
    content = model.read_bytes()
    read = graph.read(content, str(model))
    counted = cost.measure(content) if used == "lx6" and qemu.available() else None
    layers = estimate.layers(read, chosen, used, counted)
    if as_json:
        print(json.dumps(report.profile_json(model, chosen, used, layers)))
    else:
        report.profile_table(model, chosen, used, layers)
