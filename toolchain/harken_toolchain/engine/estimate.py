"""Estimates what a layer costs on a board: instructions, time to compute, time to read weights."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from harken_toolchain.boards.schema import Board
from harken_toolchain.engine import graph
from harken_toolchain.lx6.cost import Cost

#: Operators that read their whole constants from flash each time, by the input that holds them.
_WEIGHTS = {
    "FULLY_CONNECTED": (1,),
    "CONV_2D": (1,),
    "DEPTHWISE_CONV_2D": (1,),
    "TRANSPOSE_CONV": (1,),
    "SVDF": (1, 2),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": (1, 2, 3, 4, 5, 6, 7, 8),
}
#: Operators whose work is their input's size.
_REDUCING = {"MEAN", "SUM", "REDUCE_MAX", "ARG_MAX"}
_LOOKUPS = {"GATHER", "EMBEDDING_LOOKUP"}


@dataclass(frozen=True)
class Layer:
    """The cost of one operator.

    Attributes:
        instructions: executed LX6 instructions.
        python: of these, instructions of MicroPython around the kernels, where they were counted.
        counted: whether the instructions were counted, not taken from `cost.toml`.
        ms: milliseconds to compute.
        read_ms: milliseconds to read weights from flash.
    """

    op: graph.Op
    macs: int
    instructions: int
    ms: float
    read_ms: float
    python: int = 0
    counted: bool = False

    @property
    def total_ms(self) -> float:
        """Milliseconds in all."""
        return self.ms + self.read_ms


@cache
def table() -> dict[str, Any]:
    """The content of `cost.toml`."""
    return tomllib.loads(Path(__file__).with_name("cost.toml").read_text())


def layers(
    model: graph.Graph, board: Board, kernels: str, counted: Mapping[int, Cost] | None = None
) -> list[Layer]:
    """The cost of every operator of a model on a board with one kernel set.

    `counted` has what the emulator counted, by operator; see `harken_toolchain.lx6.cost`.
    """
    return [_layer(op, board, kernels, (counted or {}).get(op.index)) for op in model.ops]


def _rate(kernels: str, kind: str, op: str) -> float:
    """Instructions of a kernel; what a set does not name costs what the next set says."""
    rates = table()[kernels][kind]
    if op in rates:
        return rates[op]
    if kernels == "lx6" and op in table()["viper"][kind]:
        return table()["viper"][kind][op]
    return rates["default"]


def _layer(op: graph.Op, board: Board, kernels: str, counted: Cost | None) -> Layer:
    native = counted.instructions if counted and counted.calls else _estimated(op, kernels)
    python = counted.python if counted else 0
    ms = (native + python) * table()["cycles_per_instruction"] / (board.cpu.mhz * 1000)
    read_ms = 1000 * _read(op) / board.flash.read_bytes_per_s
    measured = bool(counted and counted.calls)
    return Layer(op, op.macs, native + python, ms, read_ms, python, measured)


def _estimated(op: graph.Op, kernels: str) -> int:
    """Instructions of a kernel by the table's rates."""
    elements = op.elements
    if op.name in _REDUCING and op.inputs[0] is not None:
        elements = op.inputs[0].count
    per_mac, per_element = (_rate(kernels, kind, op.name) for kind in ("mac", "element"))
    return round(op.macs * per_mac + elements * per_element)


def _read(op: graph.Op) -> int:
    """Bytes of constants that the operator reads from flash in one run."""
    if op.name in _LOOKUPS:
        return op.elements
    found = [op.inputs[n] for n in _WEIGHTS.get(op.name, ()) if n < len(op.inputs)]
    return sum(tensor.constant for tensor in found if tensor is not None)
