"""Cases of ops that reduce an axis."""

from typing import Any

import numpy as np

from harken_toolchain.engine.builder import ModelBuilder
from harken_toolchain.engine.cases import Case, case
from harken_toolchain.engine.draw import Draw

_SAMPLES = 2


@case("MEAN", "SUM")
def mean(draw: Draw, op: str) -> Case:
    dtype = draw.choice(["int8", "int8", "int8", "float32", "int16"])
    high = 2 if dtype == "int8" else -8
    params = draw.quantisation(dtype, -12, high), draw.quantisation(dtype, -6, 10)
    return _reduced(draw, op, dtype, params)


@case("REDUCE_MAX")
def reduce_max(draw: Draw, op: str) -> Case:
    dtype = draw.choice(["int8", "int8", "float32"])
    same = draw.quantisation(dtype)
    return _reduced(draw, op, dtype, (same, same))


def _reduced(draw: Draw, op: str, dtype: str, params: tuple[dict, dict]) -> Case:
    shape = draw.shape(1, 4, 400)
    axes = [axis for axis in range(len(shape)) if draw.flag()] or [draw.integer(0, len(shape) - 1)]
    keep = draw.flag()
    named = [axis - len(shape) if draw.flag() else axis for axis in axes]
    if draw.integer(0, 5) == 0:  # named twice: counts once
        named.append(named[0])
    target = [
        1 if axis in axes else size for axis, size in enumerate(shape) if keep or axis not in axes
    ]
    model = ModelBuilder()
    a = model.tensor(shape, dtype, **params[0])
    out = model.tensor(target, dtype, **params[1])
    model.op(op, [a, model.constant(named)], [out], "Reducer", keepDims=keep)
    samples = [[draw.array(shape, dtype)] for _ in range(_SAMPLES)]
    note = f"{dtype}{shape} axes {named} keep {keep} {params}"
    return Case(op, model.build([a], [out]), samples, note)


@case("ARG_MAX")
def arg_max(draw: Draw, op: str) -> Case:
    dtype = draw.choice(["int8", "int8", "float32"])
    shape = draw.shape()
    axis = draw.integer(0, len(shape) - 1)
    named = axis - len(shape) if draw.flag() else axis
    model = ModelBuilder()
    a = model.tensor(shape, dtype, **draw.quantisation(dtype))
    out = model.tensor(shape[:axis] + shape[axis + 1 :], "int32")
    model.op(op, [a, model.constant([named])], [out], "ArgMax", outputType=2)
    samples = [[draw.array(shape, dtype)] for _ in range(_SAMPLES)]
    return Case(op, model.build([a], [out]), samples, f"{dtype}{shape} axis {named}")


@case("L2_NORMALIZATION")
def l2_normalization(draw: Draw, op: str) -> Case:
    dtype = draw.choice(["int8", "int8", "float32"])
    shape = draw.shape()
    model = ModelBuilder()
    a = model.tensor(shape, dtype, **draw.quantisation(dtype))
    fixed: dict[str, Any] = {"scale": 1 / 128, "zero_point": 0} if dtype == "int8" else {}
    out = model.tensor(shape, dtype, **fixed)
    model.op(op, [a], [out], "L2Norm")
    samples = [[draw.array(shape, dtype)] for _ in range(_SAMPLES)]
    samples.append([np.zeros(shape, dtype)])
    return Case(op, model.build([a], [out]), samples, f"{dtype}{shape}")
