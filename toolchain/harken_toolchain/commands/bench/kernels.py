"""harken bench kernels"""

import json
from typing import Annotated, Any

import typer


def command(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Count the executed instructions of the ESP32's kernels.

    The code of the shipped .mpy files runs under qemu-xtensa, on whole operators: setup, unpacking,
    products and requantisation. Python's dispatch is not in it. Exit code 1 says that a target is
    missed.

    Examples:

    `harken bench kernels`

    `harken bench kernels --json`
    """
    from harken_toolchain.lx6 import bench

    counts = list(bench.run())
    sizes = {name: len(code) for name, code in bench.kernels().items()}
    if as_json:
        print(json.dumps({"cases": [_entry(count) for count in counts], "code": sizes}))
    else:
        _show(counts, sizes)
    from harken_toolchain.lx6.build import LIMIT

    if not all(count.good for count in counts) or sum(sizes.values()) > LIMIT:
        raise typer.Exit(1)


def _entry(count: Any) -> dict[str, Any]:
    return {
        "case": count.case,
        "instructions_per_mac": round(count.ratio, 4),
        "instructions": count.instructions,
        "macs": count.work,
        "target": count.target,
    }


def _show(counts: list, sizes: dict[str, int]) -> None:
    from rich.console import Console
    from rich.table import Table

    from harken_toolchain.lx6.build import LIMIT

    table = Table(title="Executed LX6 instructions (requantise: an output)")
    for name in ("case", "instructions", "MACs", "per MAC", "target"):
        table.add_column(name, justify="left" if name == "case" else "right")
    for c in counts:
        target = "" if c.target is None else f"{c.target:g}"
        style = "" if c.good else "red"
        table.add_row(
            c.case, f"{c.instructions:,}", f"{c.work:,}", f"{c.ratio:.2f}", target, style=style
        )
    code = Table(title="Machine code")
    code.add_column("kernel")
    code.add_column("bytes of IRAM", justify="right")
    for name, size in sizes.items():
        code.add_row(name, f"{size:,}")
    code.add_row("all", f"{sum(sizes.values()):,} of {LIMIT:,}", style="bold")
    console = Console()
    console.print(table)
    console.print(code)
