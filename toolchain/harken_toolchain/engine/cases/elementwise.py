"""Cases of ops that work element by element, with one input or two."""

from typing import Any

import numpy as np

from harken_toolchain.engine.builder import ModelBuilder
from harken_toolchain.engine.cases import Case, case
from harken_toolchain.engine.draw import Draw

_ACTIVATIONS = range(4)  # NONE, RELU, RELU_N1_TO_1, RELU6
_SAMPLES = 2


def _unary(draw: Draw, op: str, dtype: str, source: dict, target: dict, **options: Any) -> Case:
    shape = draw.shape()
    model = ModelBuilder()
    a = model.tensor(shape, dtype, **source)
    b = model.tensor(shape, dtype, **target)
    model.op(op, [a], [b], **options)
    samples = [[draw.array(shape, dtype)] for _ in range(_SAMPLES)]
    return Case(op, model.build([a], [b]), samples, f"{dtype}{shape} {source} -> {target}")


@case("RELU")
def relu(draw: Draw, op: str) -> Case:
    dtype = draw.choice(["int8", "int8", "float32", "int16"])
    source, target = draw.quantisation(dtype, -20, 6), draw.quantisation(dtype, -14, 20)
    return _unary(draw, op, dtype, source, target)


@case("RELU6")
def relu6(draw: Draw, op: str) -> Case:
    dtype = draw.choice(["int8", "int8", "float32", "int16"])
    same = draw.quantisation(dtype, -12, 6)
    return _unary(draw, op, dtype, same, same)


@case("LEAKY_RELU")
def leaky_relu(draw: Draw, op: str) -> Case:
    dtype = draw.choice(["int8", "int8", "float32", "int16"])
    high = 8 if dtype == "int8" else 2
    source, target = draw.quantisation(dtype, -12, high), draw.quantisation(dtype, -8, 12)
    alpha = draw.choice([0.0, 0.01, 0.2, 0.3, 1.0, 1.5, float(np.float32(draw.scale(-9, 0)))])
    return _unary(draw, op, dtype, source, target, options="LeakyRelu", alpha=alpha)


@case("HARD_SWISH")
def hard_swish(draw: Draw, op: str) -> Case:
    dtype = draw.choice(["int8", "int8", "int8", "float32"])
    source = draw.quantisation(dtype, -12, 3)
    target = draw.quantisation(dtype, -8, 6)
    if dtype == "int8":  # the kernel demands that this ratio is at most 1
        target["scale"] = max(target["scale"], source["scale"] / 100)
    return _unary(draw, op, dtype, source, target)


@case("RSQRT")
def rsqrt(draw: Draw, op: str) -> Case:
    dtype = draw.choice(["int8", "int8", "float32"])
    shape = draw.shape()
    source, target = draw.quantisation(dtype, -20, 4), draw.quantisation(dtype, -6, 8)
    model = ModelBuilder()
    a = model.tensor(shape, dtype, **source)
    b = model.tensor(shape, dtype, **target)
    model.op(op, [a], [b])
    samples = [[_positive(draw.array(shape, dtype), source)] for _ in range(_SAMPLES)]
    return Case(op, model.build([a], [b]), samples, f"{dtype}{shape} {source} -> {target}")


def _positive(values: np.ndarray, source: dict) -> np.ndarray:
    if values.dtype == np.float32:
        return np.abs(values) + np.float32(0.125)
    return np.maximum(values, source["zero_point"]).astype(values.dtype)


@case("ADD", "SUB")
def add(draw: Draw, op: str) -> Case:
    dtype = draw.choice(["int8", "int8", "int8", "float32", "int32", "int16"])
    one, two = draw.quantisation(dtype), draw.quantisation(dtype)
    target = draw.quantisation(dtype)
    if dtype in ("int8", "int16"):  # the output's multiplier must be below 1
        bits = 18 if dtype == "int8" else 13
        largest = max(one["scale"], two["scale"])
        target["scale"] = max(target["scale"], float(np.float32(largest * 2.0**-bits)))
    return _binary(draw, op, dtype, (one, two, target), op.title())


@case("MUL")
def mul(draw: Draw, op: str) -> Case:
    dtype = draw.choice(["int8", "int8", "int8", "float32", "int32", "int16"])
    high = 3 if dtype == "int8" else -4
    one, two = draw.quantisation(dtype, -12, high), draw.quantisation(dtype, -12, high)
    target = draw.quantisation(dtype, -4, 10)
    return _binary(draw, op, dtype, (one, two, target), "Mul")


@case("SQUARED_DIFFERENCE")
def squared_difference(draw: Draw, op: str) -> Case:
    dtype = draw.choice(["int8", "int8", "int8", "float32", "int32"])
    one, two = draw.quantisation(dtype, -10, 0), draw.quantisation(dtype, -10, 0)
    target = draw.quantisation(dtype, -10, 10)
    if dtype == "int8":  # keep the multiplier at most 1
        largest = 4 * max(one["scale"], two["scale"]) ** 2 / (1 << 14)
        target["scale"] = max(target["scale"], float(np.float32(largest * 1.01)))
    return _binary(draw, op, dtype, (one, two, target), "", activated=False)


@case("MAXIMUM", "MINIMUM")
def maximum(draw: Draw, op: str) -> Case:
    dtype = draw.choice(["int8", "int8", "float32", "int32", "int16"])
    same = draw.quantisation(dtype)
    return _binary(draw, op, dtype, (same, same, same), "", activated=False)


def _binary(
    draw: Draw, op: str, dtype: str, params: tuple, options: str, activated: bool = True
) -> Case:
    """Two inputs of any broadcast, either of them a constant now and then."""
    shape = draw.shape(1, 5)
    shapes = [shape, draw.broadcast(shape) if draw.flag() else shape]
    if draw.flag():
        shapes = [draw.broadcast(shape) if draw.flag() else shape, shape]
    model = ModelBuilder()
    constant = draw.choice([None, None, 0, 1])
    inputs: list[int] = []
    samples: list[list[np.ndarray]] = [[] for _ in range(_SAMPLES)]
    for index, dims in enumerate(shapes):
        if index == constant:
            data = draw.array(dims, dtype)
            inputs.append(model.tensor(dims, dtype, data=data, **params[index]))
            continue
        inputs.append(model.tensor(dims, dtype, **params[index]))
        for sample in samples:
            sample.append(draw.array(dims, dtype))
    out = model.tensor(np.broadcast_shapes(*shapes), dtype, **params[2])
    fields: dict[str, Any] = {}
    if activated:
        fields["fusedActivationFunction"] = draw.choice(_ACTIVATIONS)
    model.op(op, inputs, [out], options, **fields)
    fed = [tensor for index, tensor in enumerate(inputs) if index != constant]
    note = f"{dtype} {shapes} constant {constant} {params} {fields}"
    return Case(op, model.build(fed, [out]), samples, note)
