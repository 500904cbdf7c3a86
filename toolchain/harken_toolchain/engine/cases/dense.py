"""Cases of ops with weights or windows."""

from typing import Any

import numpy as np

from harken_toolchain.engine.builder import ModelBuilder
from harken_toolchain.engine.cases import Case, case
from harken_toolchain.engine.draw import Draw

_SAME, _VALID = 0, 1
_SAMPLES = 2


def _clip(value: float) -> float:
    return float(np.float32(value))


def _scales(draw: Draw, channels: int, axis: int) -> dict[str, Any]:
    """Quantisation of weights: one scale, or one for each channel."""
    if draw.flag():
        return {"scale": draw.scale(-10, -3)}
    scales = [draw.scale(-12, -3) for _ in range(channels)]
    return {"scale": scales, "axis": axis}


def _output(draw: Draw, source: dict, weights: dict, depth: int) -> dict[str, Any]:
    """An output scale that neither saturates everything nor rounds everything to zero."""
    product = source["scale"] * float(np.max(weights["scale"]))
    spread = product * 70 * np.sqrt(depth)
    return {"scale": _clip(spread * draw.scale(-4, 1)), "zero_point": draw.zero_point()}


def _bias(
    draw: Draw, model: ModelBuilder, source: dict, weights: dict, channels: int, depth: int
) -> int:
    """int32 bias in steps of input scale * weights scale; -1, none at all, now and then."""
    if draw.integer(0, 3) == 0:
        return -1
    random = np.random.default_rng(draw.integer(0, 1 << 31))
    values = random.integers(-3000 * depth, 3000 * depth, channels)
    scale = np.float32(source["scale"]) * np.asarray(weights["scale"], np.float32)
    axis: dict[str, Any] = {"axis": 0} if np.ndim(scale) else {}
    scales = scale.tolist()
    return model.tensor([channels], "int32", scale=scales, data=values, **axis)


@case("FULLY_CONNECTED")
def fully_connected(draw: Draw, op: str) -> Case:
    depth, outputs = draw.integer(1, 40), draw.integer(1, 20)
    front = draw.shape(1, 3, 8)
    model = ModelBuilder()
    source = draw.quantisation()
    weights = _scales(draw, outputs, 0)
    target = _output(draw, source, weights, depth)
    a = model.tensor([*front, depth], "int8", **source)
    w = model.tensor([outputs, depth], "int8", data=draw.array([outputs, depth]), **weights)
    keep = draw.flag()
    shape = [*front, outputs] if keep else [int(np.prod(front)), outputs]
    out = model.tensor(shape, "int8", **target)
    bias = _bias(draw, model, source, weights, outputs, depth)
    inputs = [a, w, bias] if bias >= 0 or draw.flag() else [a, w]
    fields: dict[str, Any] = {"fusedActivationFunction": draw.integer(0, 3), "keepNumDims": keep}
    model.op(op, inputs, [out], "FullyConnected", **fields)
    samples = [[draw.array([*front, depth])] for _ in range(_SAMPLES)]
    note = f"{front}x{depth} -> {outputs} {source} {weights} -> {target} {fields}"
    return Case(op, model.build([a], [out]), samples, note)


def _window(draw: Draw, sizes: list[int]) -> tuple[list[int], list[int], list[int], int]:
    """(filter, strides, dilations, padding) that leave at least one output."""
    dilations = [draw.choice([1, 1, 2, 3]) for _ in sizes]
    padding = draw.choice([_SAME, _VALID])
    filters = []
    for size, dilation in zip(sizes, dilations, strict=True):
        most = 4 if padding == _SAME else min(4, (size - 1) // dilation + 1)
        filters.append(draw.integer(1, most))
    return filters, [draw.integer(1, 3) for _ in sizes], dilations, padding


def _reached(size: int, width: int, stride: int, dilation: int, padding: int) -> int:
    if padding == _SAME:
        return -(-size // stride)
    return (size - (width - 1) * dilation - 1) // stride + 1


@case("CONV_2D", "DEPTHWISE_CONV_2D")
def conv(draw: Draw, op: str) -> Case:
    sizes = [draw.integer(1, 8), draw.integer(1, 8)]
    batches, depth = draw.integer(1, 2), draw.integer(1, 6)
    filters, strides, dilations, padding = _window(draw, sizes)
    reached = [
        _reached(*one, padding) for one in zip(sizes, filters, strides, dilations, strict=True)
    ]
    model = ModelBuilder()
    source = draw.quantisation()
    fields: dict[str, Any] = {
        "padding": padding,
        "strideH": strides[0],
        "strideW": strides[1],
        "dilationHFactor": dilations[0],
        "dilationWFactor": dilations[1],
        "fusedActivationFunction": draw.integer(0, 3),
    }
    if op == "CONV_2D":
        groups = draw.choice([1, 1, 1, *[n for n in (2, 3) if depth % n == 0]])
        channels = draw.integer(1, 5) * groups
        shape, axis, each = [channels, *filters, depth // groups], 0, depth // groups
        options = "Conv2D"
    else:
        fields["depthMultiplier"] = draw.integer(1, 3)
        channels = depth * fields["depthMultiplier"]
        shape, axis, each = [1, *filters, channels], 3, 1
        options = "DepthwiseConv2D"
    each *= filters[0] * filters[1]
    weights = _scales(draw, channels, axis)
    target = _output(draw, source, weights, each)
    a = model.tensor([batches, *sizes, depth], "int8", **source)
    w = model.tensor(shape, "int8", data=draw.array(shape), **weights)
    out = model.tensor([batches, *reached, channels], "int8", **target)
    bias = _bias(draw, model, source, weights, channels, each)
    model.op(op, [a, w, bias] if bias >= 0 else [a, w], [out], options, **fields)
    samples = [[draw.array([batches, *sizes, depth])] for _ in range(_SAMPLES)]
    note = f"{batches}x{sizes}x{depth} filter {shape} {source} {weights} -> {target} {fields}"
    return Case(op, model.build([a], [out]), samples, note)


@case("TRANSPOSE_CONV")
def transpose_conv(draw: Draw, op: str) -> Case:
    sizes = [draw.integer(1, 5), draw.integer(1, 5)]
    depth, channels = draw.integer(1, 5), draw.integer(1, 5)
    filters = [draw.integer(1, 4), draw.integer(1, 4)]
    strides = [draw.integer(1, 3), draw.integer(1, 3)]
    padding = draw.choice([_SAME, _VALID])
    reached = [
        size * stride if padding == _SAME else (size - 1) * stride + width
        for size, stride, width in zip(sizes, strides, filters, strict=True)
    ]
    model = ModelBuilder()
    source = draw.quantisation()
    weights = _scales(draw, channels, 0)
    target = _output(draw, source, weights, depth * filters[0] * filters[1])
    a = model.tensor([1, *sizes, depth], "int8", **source)
    shape = [channels, *filters, depth]
    w = model.tensor(shape, "int8", data=draw.array(shape), **weights)
    size = model.constant([1, *reached, channels])
    out = model.tensor([1, *reached, channels], "int8", **target)
    bias = _bias(draw, model, source, weights, channels, depth)
    inputs = [size, w, a, bias] if bias >= 0 else [size, w, a]
    fields: dict[str, Any] = {
        "padding": padding,
        "strideH": strides[0],
        "strideW": strides[1],
        "fusedActivationFunction": draw.integer(0, 3),
    }
    model.op(op, inputs, [out], "TransposeConv", **fields)
    samples = [[draw.array([1, *sizes, depth])] for _ in range(_SAMPLES)]
    note = f"{sizes}x{depth} filter {shape} {source} {weights} -> {target} {fields}"
    return Case(op, model.build([a], [out]), samples, note)


@case("AVERAGE_POOL_2D", "MAX_POOL_2D")
def pool(draw: Draw, op: str) -> Case:
    sizes = [draw.integer(1, 9), draw.integer(1, 9)]
    batches, depth = draw.integer(1, 2), draw.integer(1, 6)
    padding = draw.choice([_SAME, _VALID])
    filters = [draw.integer(1, 5 if padding == _SAME else min(5, size)) for size in sizes]
    strides = [draw.integer(1, 3), draw.integer(1, 3)]
    reached = [
        _reached(size, width, stride, 1, padding)
        for size, width, stride in zip(sizes, filters, strides, strict=True)
    ]
    model = ModelBuilder()
    same = draw.quantisation()
    a = model.tensor([batches, *sizes, depth], "int8", **same)
    out = model.tensor([batches, *reached, depth], "int8", **same)
    fields: dict[str, Any] = {
        "padding": padding,
        "strideH": strides[0],
        "strideW": strides[1],
        "filterHeight": filters[0],
        "filterWidth": filters[1],
        "fusedActivationFunction": draw.integer(0, 3),
    }
    model.op(op, [a], [out], "Pool2D", **fields)
    samples = [[draw.array([batches, *sizes, depth])] for _ in range(_SAMPLES)]
    note = f"{batches}x{sizes}x{depth} {same} {fields}"
    return Case(op, model.build([a], [out]), samples, note)


@case("BATCH_MATMUL")
def batch_matmul(draw: Draw, op: str) -> Case:
    rows, depth, columns = draw.integer(1, 8), draw.integer(1, 24), draw.integer(1, 8)
    front = draw.shape(0, 3, 6)
    left, right = list(front), list(front)
    if front and draw.flag():
        (left if draw.flag() else right)[draw.integer(0, len(front) - 1)] = 1
    adjoint: dict[str, Any] = {"adjX": draw.flag(), "adjY": draw.flag()}
    shapes = (
        [*left, depth, rows] if adjoint["adjX"] else [*left, rows, depth],
        [*right, columns, depth] if adjoint["adjY"] else [*right, depth, columns],
    )
    model = ModelBuilder()
    one, two = draw.quantisation(), draw.quantisation()
    target = _output(draw, one, two, depth)
    a, b = (model.tensor(shape, "int8", **q) for shape, q in zip(shapes, (one, two), strict=True))
    out = model.tensor([*np.maximum(left, right).tolist(), rows, columns], "int8", **target)
    model.op(op, [a, b], [out], "BatchMatMul", **adjoint)
    samples = [[draw.array(shape) for shape in shapes] for _ in range(_SAMPLES)]
    note = f"{shapes} {one} {two} -> {target} {adjoint}"
    return Case(op, model.build([a, b], [out]), samples, note)
