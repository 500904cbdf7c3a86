"""Counts the instructions of the shipped kernels on the cases of `bench.toml`."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from harken_toolchain.lx6 import build, calls, qemu

_SEED = 1


@dataclass
class Count:
    """A measured case; `work` is multiply-accumulates, or outputs of a requantisation."""

    case: str
    instructions: int
    work: int
    target: float | None

    @property
    def ratio(self) -> float:
        """Instructions a multiply-accumulate (an output)."""
        return self.instructions / self.work

    @property
    def good(self) -> bool:
        """Whether the target, if there is one, is kept."""
        return self.target is None or self.ratio <= self.target


def _tiles(rows: int, row: int, tile: int) -> Iterator[tuple[int, int]]:
    """(first row, rows) of equal tiles, as `harken.tflite.tiles` cuts them."""
    fit = max(1, min(rows, tile // row))
    fit = -(-rows // -(-rows // fit))
    for first in range(0, rows, fit):
        yield first, min(fit, rows - first)


def _window(case: dict[str, Any]) -> calls.Window:
    return calls.Window(tuple(case["size"]), padding=tuple(case.get("padding", (0, 0))))


def _calls(case: dict[str, Any], tile: int) -> Iterator[calls.Call]:
    """The calls that the interpreter would make for the case."""
    each = case.get("per_channel", case["kernel"] != "requantize")
    data, outputs = calls.Data(Random(_SEED), per_channel=each), case["outputs"]
    if case["kernel"] == "dense":
        for first, rows in _tiles(outputs, case["depth"], tile):
            yield calls.dense(data, case["depth"], outputs, 1, first, rows)
    elif case["kernel"] == "conv":
        row = case["size"][0] * case["size"][1] * case["x"][2]
        for first, rows in _tiles(outputs, row, tile):
            yield calls.conv(data, case["x"], case["y"], outputs, _window(case), 1, first, rows)
    elif case["kernel"] == "depthwise":
        yield calls.depthwise(data, case["x"], case["y"], outputs, _window(case))
    else:
        yield calls.requantize(data, outputs)


def kernels() -> dict[str, bytes]:
    """The machine code of every kernel, from the committed files."""
    return {name: code for family in build.FAMILIES for name, code in build.shipped(family).items()}


def run() -> Iterator[Count]:
    """Measures the cases one by one."""
    code = kernels()
    cases = tomllib.loads(Path(__file__).with_name("bench.toml").read_text())
    tile = cases.pop("tile")
    for name, case in cases.items():
        instructions = work = 0
        for call in _calls(case, tile):
            instructions += qemu.count(code[call.kernel], *call.arguments)
            work += call.work
        yield Count(name, instructions, work, case.get("target"))
