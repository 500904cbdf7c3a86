"""What a model costs on the LX6 kernels: executed instructions of every operator, measured.

The model runs once through the device interpreter with emulated kernels. Each call's instructions
are counted in the emulator, once for calls of the same kernel and sizes; counts are kept in the
user's cache. What Python does around the calls is counted in opcodes. Kernels of another set are in
neither.
"""

import importlib
import json
import sys
import tempfile
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any
from zlib import crc32

from harken_toolchain import paths
from harken_toolchain.lx6 import bench, bridge, qemu
from harken_toolchain.lx6.qemu import Argument

#: Length of p in front of its tables; kernels that are not here have no tables.
_HEADS = {"dense": 18, "dense16": 19, "conv": 33, "depthwise": 33, "requantize": 18}
#: Offsets in p: only their place in a word matters.
_OFFSETS = {
    "dense": (3, 4, 5),
    "dense16": (3, 4, 5),
    "conv": (3, 4, 5),
    "depthwise": (3, 4, 5),
    "requantize": (),
    "softmax": (2, 3),
    "update": (1, 2, 3),
    "average": (4, 5),
    "maximum": (4, 5),
    "sum_int8": (2, 3),
    "maximum_int8": (2, 3),
    "add_int8": (2, 3, 4),
    "mul_int8": (2, 3, 4),
}
#: Parameters that say where tables lie or what value is added: no instruction depends on them.
_WITHOUT_EFFECT = {name: (0, 8, 10, 11, 12, 14, 15, 16, 17) for name in _HEADS}
#: Kernels whose instructions grow with p[1], their rows, by the same number for each row.
_BY_ROWS = ("dense", "dense16", "conv")
_FEW, _MORE = 2, 6


#: Executed instructions of MicroPython for one opcode of CPython, around kernels: measured on the
#: 32-bit runtime for x86 (qemu-i386 -singlestep) on the checks and calls of `dense`: 87 and 118.
#: That the ESP32's takes as many is assumed.
PER_OPCODE = 100
#: Opcodes of `Interpreter.invoke` for one step.
_LOOP = 16
#: What the interpreter would run on a board in another kernel set; its opcodes say nothing.
_KERNELS = ("/kernels/portable/", "/curves.py")


@dataclass
class Cost:
    """What one operator took in one run.

    Attributes:
        instructions: executed in machine code.
        calls: calls of machine code.
        opcodes: executed by Python around them.
    """

    instructions: int = 0
    calls: int = 0
    opcodes: int = 0

    @property
    def python(self) -> int:
        """Instructions of the Python part, estimated from its opcodes."""
        return self.opcodes * PER_OPCODE


def _shape(kernel: str, arguments: tuple[Argument, ...]) -> list[int]:
    """The numbers on which the count depends."""
    p = arguments[0]
    assert isinstance(p, array)
    head = list(p[: _HEADS.get(kernel, len(p))])
    for index in _OFFSETS[kernel]:
        head[index] &= 3
    for index in _WITHOUT_EFFECT.get(kernel, ()):
        head[index] = 0
    if kernel == "conv":
        g, s = arguments[5], arguments[4]
        assert isinstance(g, array) and isinstance(s, bytearray)
        head[18:] = [*g[18:31], g[6], len(s), bool(arguments[6])]
    if kernel in _HEADS:
        first, rows = (p[0], p[1]) if kernel != "depthwise" else (0, p[7])
        shifts = [p[p[16] + n * p[13]] for n in range(first, first + rows)]
        head.append(sum(shift >= 0 for shift in shifts))
    return head


class Counts:
    """Instructions by kernel and sizes, kept in a file."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or paths.cache() / "lx6" / "counts.json"
        self._known: dict[str, int] = {}
        if self._path.is_file():
            self._known = json.loads(self._path.read_text())

    def get(self, kernel: str, code: bytes, arguments: tuple[Argument, ...]) -> int:
        """The instructions of a call, counted when they are not known yet."""
        key = f"{kernel} {crc32(code):08x} {_shape(kernel, arguments)}"
        if key not in self._known:
            self._known[key] = _measure(kernel, code, arguments)
        return self._known[key]

    def save(self) -> None:
        """Writes the file."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(self._known, indent=0, sort_keys=True))


def _measure(kernel: str, code: bytes, arguments: tuple[Argument, ...]) -> int:
    """Counts a call; one of many rows from two of few rows, which cost the same each."""
    p = arguments[0]
    assert isinstance(p, array)
    if kernel not in _BY_ROWS or p[1] <= _MORE:
        return qemu.count(code, *map(_copy, arguments))
    few, more = (_with_rows(code, arguments, rows) for rows in (_FEW, _MORE))
    return few + round((more - few) / (_MORE - _FEW) * (p[1] - _FEW))


def _copy(value: Argument) -> Argument:
    return value[:] if isinstance(value, bytearray | array) else value


def _with_rows(code: bytes, arguments: tuple[Argument, ...], rows: int) -> int:
    copies = [_copy(value) for value in arguments]
    p = copies[0]
    assert isinstance(p, array)
    p[1] = rows
    return qemu.count(code, *copies)


@contextmanager
def _noted() -> Iterator[list[tuple[int, Any]]]:
    """Inside, the interpreter's preparations are noted as (operator, its steps)."""
    context = importlib.import_module("harken.tflite.context")
    original = context.Context._by_module
    notes: list[tuple[int, Any]] = []

    class Noting:
        def __init__(self, module: Any) -> None:
            self._module = module

        def __getattr__(self, name: str) -> Any:
            return getattr(self._module, name)

        def prepare(self, ctx: Any, op: Any) -> Any:
            found = self._module.prepare(ctx, op)
            if op.subgraph.index == 0:
                notes.append((op.index, found))
            return found

    def by_module(self: Any, subgraph: Any) -> Iterator[tuple[Any, int, Any]]:
        for module, i, op in original(self, subgraph):
            yield Noting(module), i, op

    context.Context._by_module = by_module
    try:
        yield notes
    finally:
        context.Context._by_module = original


class _Meter:
    """Replaces the machine code of the bridge by code that is counted for the running operator."""

    def __init__(self, machine: qemu.Machine, counts: Counts) -> None:
        self._machine, self._counts = machine, counts
        self.now = Cost()

    def function(self, kernel: str, code: bytes) -> Callable[..., int]:
        """The counted kernel."""

        def call(*arguments: Argument) -> int:
            self.now.instructions += self._counts.get(kernel, code, arguments)
            self.now.calls += 1
            return self._machine.call(code, *arguments) >> 1

        return call


@contextmanager
def _opcodes(cost: Cost) -> Iterator[None]:
    """Counts the opcodes that the interpreter's own files execute inside."""
    firmware = str(paths.repository() / "firmware")

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if event == "call":
            file = frame.f_code.co_filename
            if not file.startswith(firmware) or any(part in file for part in _KERNELS):
                return None
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        elif event == "opcode":
            cost.opcodes += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def measure(model: bytes, counts: Counts | None = None) -> dict[int, Cost]:
    """The cost of every operator of the main subgraph, by its number.

    Inputs are zero, weights are read from a file. Raises what the interpreter raises on a model
    that it does not run.
    """
    counts = counts or Counts()
    code = bench.kernels()
    with bridge.installed() as machine, tempfile.NamedTemporaryFile(suffix=".tflite") as file:
        meter = _Meter(machine, counts)
        for module in bridge.modules():
            for kernel in code.keys() & vars(module).keys():
                setattr(module, kernel, meter.function(kernel, code[kernel]))
        file.write(model)
        file.flush()
        with _noted() as notes:
            interpreter = importlib.import_module("harken.tflite").Interpreter(
                file.name, kernels="lx6"
            )
            interpreter.allocate_tensors()
        for turn in range(2):  # the first call of a kernel is checked, later ones are not
            found = {}
            for one in interpreter.get_input_details():
                size = len(bytes(interpreter.get_tensor(one["index"])))
                interpreter.set_tensor(one["index"], bytes(size))
            for index, steps in sorted(notes, key=lambda note: note[0]):
                meter.now = found[index] = Cost()
                for f, *arguments in _steps(steps):
                    meter.now.opcodes += _LOOP
                    with _opcodes(meter.now if turn else Cost()):
                        f(*arguments)
        interpreter.close()
    counts.save()
    return found


def _steps(found: Any) -> list[tuple]:
    """What `prepare` returned, as a list of steps."""
    if found is None:
        return []
    return found if isinstance(found, list) else [found]
