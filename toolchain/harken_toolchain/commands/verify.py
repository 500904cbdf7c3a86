"""harken verify"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from harken_toolchain.errors import UserError


def command(
    model: Annotated[Path, typer.Argument(help="A .tflite file.", exists=True, dir_okay=False)],
    kernels: Annotated[str, typer.Option(help="portable, viper or lx6.")] = "portable",
    runtime: Annotated[
        str, typer.Option(help="cpython or micropython; by default what the kernels need.")
    ] = "",
    samples: Annotated[int, typer.Option(min=1, help="How many inputs are compared.")] = 100,
    inputs: Annotated[
        Path | None, typer.Option(help="A .npy or .npz file of inputs.", exists=True)
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of random inputs.")] = 1,
    device_model: Annotated[
        Path | None,
        typer.Option(help="Another copy of the model, for the device alone.", exists=True),
    ] = None,
    source: Annotated[
        str, typer.Option(help="Where the device reads the model: file, memory or partition.")
    ] = "file",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Prove that the device interpreter equals tflite-micro on MODEL, bit for bit.

    Inputs are FILE's, or the test sentences of the dataset beside a text model, or random.
    Exit code 0 says that every element of every output is equal, 1 that one differs.

    Examples:

    `harken verify models/emotion/emotion.tflite --samples 500`

    `harken verify model.tflite --kernels viper --inputs windows.npy`
    """
    from harken_toolchain.engine import device, graph, report, verify

    if source not in ("file", "memory", "partition"):
        raise UserError(f"--source {source}: wanted file, memory or partition")
    for name, known in ((kernels, device.KERNELS), (runtime or "cpython", device.RUNTIMES)):
        if name not in known:
            raise UserError(f"'{name}' is not one of {', '.join(known)}")
    target = device.Target(runtime or device.default_runtime(kernels), kernels, source, "16m")
    content = model.read_bytes()
    origin, taken = _samples(model, content, graph.read(content, str(model)), inputs, samples, seed)
    other = device_model.read_bytes() if device_model else None
    with report.progress(not as_json) as bar:
        task = bar.add_task(f"comparing on {target.kernels}", total=len(taken))
        proof = verify.prove(content, taken, target, other, lambda n: bar.advance(task, n))
    if as_json:
        print(json.dumps(report.proof_json(model, origin, target, proof)))
    else:
        report.proof_table(model, origin, target, proof)
    if not proof.good:
        raise typer.Exit(1)


def _samples(
    model: Path, content: bytes, read: Any, given: Path | None, count: int, seed: int
) -> tuple[str, list]:
    """(where they come from, the samples)."""
    from harken_toolchain.engine import inputs

    if given:
        return str(given), inputs.load(given, read)[:count]
    found = inputs.sentences(model, content, count)
    if found:
        return "test sentences", found
    return f"random, seed {seed}", inputs.random(read, count, seed)
