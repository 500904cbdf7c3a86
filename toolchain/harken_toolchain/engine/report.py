"""What the engine's commands print: tables for people, plain dicts for scripts."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from harken_toolchain.boards.schema import Board
from harken_toolchain.engine import check, device, estimate, graph, verify
from harken_toolchain.lx6.cost import PER_OPCODE

#: Columns of what is piped into a file, where a terminal would tell its own.
_WIDTH = 120


def console() -> Console:
    """Where tables go."""
    made = Console(soft_wrap=True)
    return made if made.is_terminal else Console(soft_wrap=True, width=_WIDTH)


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
        made.add_column(name, justify="right" if number else "left", no_wrap=place > 0)
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
    show = console()
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


def _shape(op: graph.Op) -> str:
    return "x".join(map(str, op.outputs[0].shape)) if op.outputs else ""


def _layer_json(layer: estimate.Layer) -> dict:
    return {
        "index": layer.op.index,
        "op": layer.op.name,
        "layer": layer.op.layer,
        "shape": list(layer.op.outputs[0].shape) if layer.op.outputs else [],
        "macs": layer.macs,
        "instructions": layer.instructions,
        "python_instructions": layer.python,
        "counted": layer.counted,
        "ms": round(layer.ms, 4),
        "read_ms": round(layer.read_ms, 4),
    }


def profile_json(
    model: Path, board: Board, kernels: str, layers: list[estimate.Layer]
) -> dict[str, Any]:
    """The result of `harken profile` for a script."""
    return {
        "model": str(model),
        "board": board.name,
        "kernels": kernels,
        "macs": sum(layer.macs for layer in layers),
        "instructions": sum(layer.instructions for layer in layers),
        "python_instructions": sum(layer.python for layer in layers),
        "ms": round(sum(layer.total_ms for layer in layers), 3),
        "layers": [_layer_json(layer) for layer in layers],
    }


#: Columns of the table that are added up.
_SUMMED = ("macs", "instructions", "python")


def layer_table(title: str, layers: list[estimate.Layer]) -> Table:
    """One row a layer and their sum."""
    total = sum(layer.total_ms for layer in layers) or 1.0
    rows: list[list[Any]] = [
        [
            layer.op.index,
            layer.op.name,
            _shape(layer.op),
            layer.macs,
            layer.instructions,
            layer.python,
            round(layer.ms, 3),
            round(layer.read_ms, 3),
            f"{layer.total_ms / total:.1%}",
        ]
        for layer in layers
    ]
    made = table(
        title,
        ["#", "op", "shape", "MACs", "instructions", "Python", "ms", "ms to read", "share"],
        rows,
    )
    made.add_section()
    sums = [sum(getattr(one, name) for one in layers) for name in _SUMMED]
    times = [sum(layer.ms for layer in layers), sum(layer.read_ms for layer in layers)]
    made.add_row("", "all", "", *(f"{n:,}" for n in sums), *(f"{t:.3g}" for t in times), "100.0%")
    return made


def profile_table(model: Path, board: Board, kernels: str, layers: list[estimate.Layer]) -> None:
    """Prints the result of `harken profile`."""
    title = f"{model.name} on {board.title} at {board.cpu.mhz} MHz, {kernels} kernels (estimated)"
    show = console()
    show.print(layer_table(title, layers))
    counted = sum(layer.counted for layer in layers)
    source = estimate.table()[kernels]["source"]
    if counted:
        source = f"counted in an emulator for {counted} of {len(layers)} operators, else {source}"
    show.print(f"instructions: {source}; {board.flash.read_source}")
    if counted:
        show.print(f"Python: MicroPython around the kernels, {PER_OPCODE} instructions an opcode")
    show.print(f"{estimate.table()['cycles_per_instruction']} cycles an instruction are assumed")


def check_json(model: Path, found: check.Report) -> dict[str, Any]:
    """The result of `harken check` for a script."""
    return {
        **profile_json(model, found.board, found.kernels, found.layers),
        "problems": found.problems,
        "limits": [
            {"what": one.what, "found": one.found, "allowed": one.allowed, "fits": one.good}
            for one in found.limits
        ],
        "fits": found.good,
    }


def check_table(model: Path, found: check.Report) -> None:
    """Prints the result of `harken check`."""
    show = console()
    if found.layers:
        title = f"{model.name} on {found.board.title}, {found.kernels} kernels (estimated)"
        show.print(layer_table(title, found.layers))
    rows: list[list[Any]] = [[one.what, one.found, one.allowed, one.good] for one in found.limits]
    show.print(table("Memory, in bytes", ["what", "takes", "allowed", "fits"], rows))
    if found.layers:
        show.print(
            f"one run: {found.ms:.1f} ms (a line of text may take {found.board.budget.line_ms})"
        )
    for problem in found.problems:
        show.print(problem, markup=False)
    show.print("it fits" if found.good else "it does not fit")


def bench_table(kernels: str, models: list, ops: Any, mutants: Any) -> None:
    """Prints the result of `harken bench engine`."""
    show = console()
    rows: list[list[Any]] = [
        [
            one.name,
            one.macs,
            one.arena,
            one.tflm_planned,
            one.tflm_arena,
            f"{one.share:.2f}",
            one.mismatches,
        ]
        for one in models
    ]
    columns = ["model", "MACs", "arena", "tflite-micro: tensors", "all", "share", "mismatches"]
    show.print(table(f"Whole models, {kernels} kernels; arenas in bytes", columns, rows))
    show.print(f"operators: {ops.tested:,} random cases, {ops.mismatches} differ")
    show.print(
        f"damaged models: {mutants.tried:,} tried, {mutants.model_errors:,} ended in a ModelError, "
        f"{mutants.exact:,} in tflite-micro's answer, {mutants.other} otherwise"
    )
    for failure in mutants.failures:
        show.print(failure, markup=False)
