"""What the engine's commands print: tables for people, plain dicts for scripts."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from harken_toolchain.engine import device, verify


def progress(shown: bool = True) -> Progress:
    """A progress bar on stderr."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not shown,
    )


def table(title: str, columns: list[str], rows: list[list[Any]]) -> Table:
    """A table whose columns after the first hold numbers where its first row does."""
    made = Table(title=title, title_justify="left")
    for place, name in enumerate(columns):
        number = bool(rows) and isinstance(rows[0][place], int | float)
        made.add_column(name, justify="right" if number else "left", overflow="fold")
    for row in rows:
        made.add_row(*(_cell(value) for value in row))
    return made


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def proof_json(model: Path, origin: str, target: device.Target, proof: verify.Proof) -> dict:
    """The result of `harken verify` for a script."""
    return {
        "model": str(model),
        "kernels": target.kernels,
        "runtime": target.runtime,
        "samples": proof.samples,
        "inputs": origin,
        "outputs": [
            {"name": tensor.name, "compared": compared, "mismatches": wrong, "largest": largest}
            for tensor, compared, wrong, largest in zip(
                proof.graph.outputs, proof.compared, proof.mismatches, proof.largest, strict=True
            )
        ],
        "first": str(proof.first) if proof.first else None,
        "layer": str(proof.layer) if proof.layer else None,
        "arena": proof.arena,
        "equal": proof.good,
    }


def proof_table(model: Path, origin: str, target: device.Target, proof: verify.Proof) -> None:
    """Prints the result of `harken verify`."""
    show = Console(soft_wrap=True)
    rows: list[list[Any]] = [
        [place, tensor.name or f"tensor {tensor.index}", tensor.dtype, *figures]
        for place, (tensor, *figures) in enumerate(
            zip(proof.graph.outputs, proof.compared, proof.mismatches, proof.largest, strict=True)
        )
    ]
    title = (
        f"{model.name}: {proof.samples} samples ({origin}), {target.kernels} on {target.runtime}"
    )
    columns = ["output", "name", "type", "compared", "mismatches", "largest difference"]
    show.print(table(title, columns, rows))
    if proof.first:
        show.print(f"first difference: {proof.first}", markup=False)
    if proof.layer:
        show.print(f"first layer that differs: {proof.layer}", markup=False)
    if proof.good:
        show.print(f"equal to tflite-micro, bit for bit (arena {proof.arena:,} bytes)")
