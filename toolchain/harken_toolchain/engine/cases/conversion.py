"""Cases of ops that change the type or the quantisation of a tensor."""

from collections.abc import Callable

import numpy as np

from harken_toolchain.engine.builder import ModelBuilder
from harken_toolchain.engine.cases import Case, case
from harken_toolchain.engine.draw import Draw

_SAMPLES = 2


def _converted(
    draw: Draw,
    op: str,
    kinds: tuple,
    params: tuple,
    values: Callable | None = None,
    options: str = "",
) -> Case:
    shape = draw.shape()
    model = ModelBuilder()
    a = model.tensor(shape, kinds[0], **params[0])
    b = model.tensor(shape, kinds[1], **params[1])
    model.op(op, [a], [b], options)
    samples = [
        [draw.array(shape, kinds[0]) if values is None else values(shape)] for _ in range(_SAMPLES)
    ]
    return Case(op, model.build([a], [b]), samples, f"{shape} {kinds} {params}")


@case("QUANTIZE")
def quantize(draw: Draw, op: str) -> Case:
    kinds = draw.choice(
        [
            ("float32", "int8"),
            ("float32", "int8"),
            ("int8", "int8"),
            ("int8", "int8"),
            ("int16", "int8"),
            ("int8", "int16"),
            ("int16", "int16"),
            ("int8", "int32"),
            ("float32", "int16"),
        ]
    )
    high = {"int8": 6, "int16": -4, "float32": 0}[kinds[0]]
    source = draw.quantisation(kinds[0], -16, high)
    target = {"scale": draw.scale(-10, 10), "zero_point": draw.zero_point(kinds[1])}
    return _converted(draw, op, kinds, (source, target), options="Quantize")


@case("DEQUANTIZE")
def dequantize(draw: Draw, op: str) -> Case:
    kind = draw.choice(["int8", "int8", "int16"])
    params = {"scale": draw.scale(-20, 20), "zero_point": draw.zero_point(kind)}
    return _converted(draw, op, (kind, "float32"), (params, {}), options="Dequantize")


@case("CAST")
def cast(draw: Draw, op: str) -> Case:
    kinds = (
        draw.choice(["int8", "int16", "int32", "float32", "bool"]),
        draw.choice(["int8", "int16", "int32", "float32"]),
    )
    small = None
    if kinds[0] == "float32" and kinds[1] != "float32":  # beyond its range C leaves it undefined
        small = lambda shape: np.clip(draw.array(shape, "float32"), -127, 127)  # noqa: E731
    return _converted(draw, op, kinds, ({}, {}), small, options="Cast")
