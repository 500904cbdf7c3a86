"""Runs models through the device interpreter, on CPython or under 32-bit MicroPython.

Both runtimes execute the same file, `on_device.py`. Starting MicroPython takes longer than a
small model, so `run` takes many jobs at once.
"""

import importlib
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from harken_toolchain import micropython, paths
from harken_toolchain.engine import on_device
from harken_toolchain.engine.dtypes import NUMPY
from harken_toolchain.errors import UserError

KERNELS = ("portable", "viper", "lx6")
RUNTIMES = ("cpython", "micropython")
#: The runtimes of each kernel set; LX6 code runs in an emulator below CPython.
RUNS_ON = {
    "portable": ("cpython", "micropython"),
    "viper": ("micropython",),
    "lx6": ("cpython",),
}
#: Heap of the runs that prove arithmetic; runs that prove memory use the board's own.
HEAP = "1m"


@dataclass
class Job:
    """A model and the inputs of its samples."""

    model: bytes
    samples: Sequence[Sequence[np.ndarray]]


@dataclass
class Result:
    """What the device made of a job.

    Attributes:
        outputs: for each sample the model's outputs.
        error: the exception's type and text when the device refused the job, else "".
        arena: bytes of the arena.
        largest: bytes of its largest block.
        heap: bytes of the heap that the interpreter keeps, its code included; 0 on CPython.
        alloc: bytes that one `invoke` takes from the heap; None where it was not measured.
    """

    outputs: list[list[np.ndarray]] = field(default_factory=list)
    error: str = ""
    arena: int = 0
    largest: int = 0
    heap: int = 0
    alloc: int | None = None


@dataclass(frozen=True)
class Target:
    """Where and how jobs are run: runtime, kernel set, where the model lies, heap size."""

    runtime: str = "cpython"
    kernels: str = "portable"
    source: str = "file"
    heap: str = HEAP

    def __post_init__(self) -> None:
        runs_on = RUNS_ON[self.kernels]
        if self.runtime not in runs_on:
            raise UserError(
                f"kernels '{self.kernels}' do not run on {self.runtime}",
                f"Choose --runtime {runs_on[0]}, or leave it out.",
            )


def default_runtime(kernels: str) -> str:
    """The runtime that runs a kernel set fastest."""
    return RUNS_ON[kernels][0]


def run(jobs: Sequence[Job], target: Target, timeout: float = 600) -> list[Result]:
    """The results of all jobs, in their order.

    Raises:
        harken_toolchain.micropython.ScriptError: MicroPython ended or took too long.
        UserError: there is no MicroPython.
    """
    if target.kernels == "lx6":
        return _lx6().run(jobs, target)
    with tempfile.TemporaryDirectory(prefix="harken-jobs-") as folder:
        where = Path(folder)
        for number, job in enumerate(jobs):
            write_job(where, number, job)
        (where / "jobs").write_text("\n".join(str(number) for number in range(len(jobs))))
        if target.runtime == "cpython":
            _import_firmware()
            on_device.main(folder, target.kernels, target.source)
        else:
            script = Path(on_device.__file__)
            arguments = folder, target.kernels, target.source
            micropython.run_script(script, *arguments, heap=target.heap, timeout=timeout)
        return [read_result(where, number, job) for number, job in enumerate(jobs)]


def _lx6() -> Any:
    """The module that runs jobs on LX6 code: it offers `run(jobs, target)` as this one does."""
    try:
        return importlib.import_module("harken_toolchain.lx6.device")
    except ImportError as error:
        raise UserError(f"no LX6 kernels can be run here: {error}") from error


def _import_firmware() -> None:
    """Puts firmware/ on the path where Harken is run from its checkout without installation."""
    firmware = str(paths.repository() / "firmware")
    if firmware not in sys.path:
        sys.path.insert(0, firmware)


def write_job(where: Path, number: int, job: Job) -> None:
    """Writes model and inputs of a job to the folder `where`, for on_device.py."""
    (where / f"{number}.tflite").write_bytes(job.model)
    data = b"".join(np.ascontiguousarray(x).tobytes() for sample in job.samples for x in sample)
    (where / f"{number}.in").write_bytes(data)


def read_result(where: Path, number: int, job: Job) -> Result:
    """Reads what on_device.py made of the job."""
    refused = where / f"{number}.err"
    if refused.exists():
        return Result(error=refused.read_text())
    lines = (where / f"{number}.meta").read_text().split("\n")
    meta = {key: int(value) for key, _, value in (line.partition(" ") for line in lines) if key}
    data = (where / f"{number}.out").read_bytes()
    alloc = meta["alloc"] if meta["alloc"] >= 0 else None
    outputs = _split(job, data, meta["samples"])
    return Result(outputs, "", meta["arena"], meta["largest"], meta["heap"], alloc)


def _split(job: Job, data: bytes, samples: int) -> list[list[np.ndarray]]:
    """The bytes of all outputs as arrays, with the shapes and types of the file."""
    kinds = outputs(job.model)
    found, at = [], 0
    for _ in range(samples):
        row: list[np.ndarray] = []
        for dtype, shape in kinds:
            count = int(np.prod(shape, dtype=int))
            row.append(np.frombuffer(data, dtype, count, at).reshape(shape))
            at += count * np.dtype(dtype).itemsize
        found.append(row)
    return found


def outputs(model: bytes) -> list[tuple[type, list[int]]]:
    """(dtype, shape) of each output of the main subgraph, read with the reference's schema."""
    from harken_toolchain.engine.builder import schema

    graph = schema().Model.GetRootAsModel(model, 0).Subgraphs(0)
    names = {getattr(schema().TensorType, name): kind for name, kind in NUMPY.items()}
    found = []
    for place in range(graph.OutputsLength()):
        tensor = graph.Tensors(graph.Outputs(place))
        shape = [tensor.Shape(i) for i in range(tensor.ShapeLength())]
        found.append((names[tensor.Type()], shape))
    return found
