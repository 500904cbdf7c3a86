"""harken bench memory"""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from harken_toolchain import boards
from harken_toolchain.sim import memory


def command(
    board: Annotated[str, typer.Option(help="Whose budgets the figures are compared with.")] = (
        "esp32_wroom32"
    ),
    heap: Annotated[
        str | None, typer.Option(help="Size of the heap; by default what the board's is.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure the application's heap on the simulated board, compiled as in an image.

    Exit code 1 when a budget of the board is broken.

    Example: `harken bench memory`
    """
    chosen = boards.load(board)
    budget = chosen.budget
    steps = memory.measure(heap or str(chosen.ram.heap_bytes))
    peak = max(step.used for step in steps)
    largest = max(step.largest_block for step in steps)
    if as_json:
        figures = {step.name: {"used": step.used, "largest": step.largest_block} for step in steps}
        print(json.dumps({"steps": figures, "used": peak, "largest_block": largest}))
    else:
        _show(steps, budget.heap_bytes, budget.largest_block_bytes)
    if peak > budget.heap_bytes or largest > budget.largest_block_bytes:
        raise typer.Exit(1)


def _show(steps: list[memory.Step], heap: int, block: int) -> None:
    table = Table("after", "heap in use", "largest block")
    for name, used, largest in steps:
        table.add_row(name, f"{used:,}", f"{largest:,}")
    table.add_section()
    table.add_row("budget", f"{heap:,}", f"{block:,}")
    Console().print(table)
