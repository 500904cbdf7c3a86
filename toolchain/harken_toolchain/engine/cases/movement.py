"""Cases of ops that move elements and compute nothing."""

from typing import Any

import numpy as np

from harken_toolchain.engine.builder import ModelBuilder
from harken_toolchain.engine.cases import Case, case
from harken_toolchain.engine.draw import Draw

_SAMPLES = 2


def _moved(
    draw: Draw,
    op: str,
    dtype: str,
    shape: list[int],
    result: list,
    constants: list[tuple],
    options: str = "",
    first: bool = False,
    **fields: Any,
) -> Case:
    """One data input, constant further inputs, one output or several of equal shape.

    `constants` are (values, dtype) pairs after the data input, or before it with `first`.
    """
    model = ModelBuilder()
    same = draw.quantisation(dtype)
    a = model.tensor(shape, dtype, **same)
    others = [model.constant(values, kind) for values, kind in constants]
    results = result if result and isinstance(result[0], list) else [result]
    outputs = [model.tensor(dims, dtype, **same) for dims in results]
    model.op(op, [*others, a] if first else [a, *others], outputs, options, **fields)
    samples = [[draw.array(shape, dtype)] for _ in range(_SAMPLES)]
    note = f"{dtype}{shape} {constants} {fields} -> {result}"
    return Case(op, model.build([a], outputs), samples, note)


@case("RESHAPE")
def reshape(draw: Draw, op: str) -> Case:
    shape = draw.shape()
    target = [shape[i] for i in draw.order(len(shape))] if draw.flag() else [int(np.prod(shape))]
    constants = [(target, "int32")] if draw.flag() else []
    dtype = draw.choice(["int8", "float32", "int32", "int16"])
    return _moved(draw, op, dtype, shape, target, constants, "Reshape", newShape=target)


@case("SQUEEZE")
def squeeze(draw: Draw, op: str) -> Case:
    shape = [1 if draw.flag() else size for size in draw.shape()]
    ones = [axis for axis, size in enumerate(shape) if size == 1]
    chosen = [] if draw.flag() else [axis for axis in ones if draw.flag()]
    gone = chosen or ones
    target = [size for axis, size in enumerate(shape) if axis not in gone]
    named = [axis - len(shape) if draw.flag() else axis for axis in chosen]
    dtype = draw.choice(["int8", "float32", "int32"])
    return _moved(draw, op, dtype, shape, target, [], "Squeeze", squeezeDims=named)


@case("EXPAND_DIMS")
def expand_dims(draw: Draw, op: str) -> Case:
    shape = draw.shape()
    axis = draw.integer(0, len(shape))
    target = shape[:axis] + [1] + shape[axis:]
    named = axis - len(shape) - 1 if draw.flag() else axis
    dtype = draw.choice(["int8", "float32", "int16"])
    return _moved(draw, op, dtype, shape, target, [([named], "int32")], "ExpandDims")


@case("TRANSPOSE")
def transpose(draw: Draw, op: str) -> Case:
    shape = draw.shape(1, 5)
    order = draw.order(len(shape))
    target = [shape[axis] for axis in order]
    dtype = draw.choice(["int8", "int8", "float32", "int16"])
    return _moved(draw, op, dtype, shape, target, [(order, "int32")], "Transpose")


@case("REVERSE_V2")
def reverse(draw: Draw, op: str) -> Case:
    shape = draw.shape(1, 5)
    low = draw.integer(0, len(shape) - 1)
    axes = list(range(low, draw.integer(low, len(shape) - 1) + 1))
    axes = [axes[i] - (len(shape) if draw.flag() else 0) for i in draw.order(len(axes))]
    dtype = draw.choice(["int8", "int8", "float32", "int32", "int16", "bool"])
    return _moved(draw, op, dtype, shape, shape, [(axes, "int32")], "ReverseV2")


@case("SLICE")
def slice_(draw: Draw, op: str) -> Case:
    shape = draw.shape(1, 5)
    begin = [draw.integer(0, size - 1) for size in shape]
    target = [draw.integer(1, size - start) for size, start in zip(shape, begin, strict=True)]
    named = [
        -1 if start + count == size and draw.flag() else count
        for size, start, count in zip(shape, begin, target, strict=True)
    ]
    dtype = draw.choice(["int8", "int8", "float32", "int32", "int16", "bool"])
    kind = draw.choice(["int32", "int64"])
    return _moved(draw, op, dtype, shape, target, [(begin, kind), (named, kind)], "Slice")


@case("STRIDED_SLICE")
def strided_slice(draw: Draw, op: str) -> Case:
    shape = draw.shape(1, 4)
    begin: list[int] = []
    end: list[int] = []
    strides: list[int] = []
    target, index = [], [slice(None)] * len(shape)
    masks: dict[str, Any] = {"beginMask": 0, "endMask": 0, "shrinkAxisMask": 0}
    for axis, size in enumerate(shape):
        part, shrunk = _axis(draw, axis, size, masks, (begin, end, strides))
        index[axis] = part
        if not shrunk:
            target.append(len(range(size)[part]))
    constants = [(values, "int32") for values in (begin, end, strides)]
    dtype = draw.choice(["int8", "int8", "float32", "int32", "int16", "bool"])
    return _moved(draw, op, dtype, shape, target, constants, "StridedSlice", **masks)


def _axis(draw: Draw, axis: int, size: int, masks: dict, lists: tuple) -> tuple[slice, bool]:
    """Draws begin, end and stride of one axis with at least one element left."""
    begin, end, strides = lists
    step = draw.choice([1, 1, 2, 3, -1, -2])
    start = draw.integer(0, size - 1)
    if draw.integer(0, 4) == 0:  # shrunk: one element, the axis goes
        masks["shrinkAxisMask"] |= 1 << axis
        begin.append(start - (size if draw.flag() else 0))
        end.append(draw.integer(-size, size))
        strides.append(1)
        return slice(start, start + 1), True
    stop = draw.integer(start + 1, size + 2) if step > 0 else draw.integer(0, start) - 1
    open_start, open_stop = draw.integer(0, 3) == 0, draw.integer(0, 3) == 0 or stop < 0
    masks["beginMask"] |= open_start << axis
    masks["endMask"] |= open_stop << axis
    begin.append(start - (size if draw.flag() else 0))
    end.append(stop if stop >= 0 else draw.integer(-size, size))
    strides.append(step)
    return slice(None if open_start else start, None if open_stop else stop, step), False


@case("PAD", "PADV2")
def pad(draw: Draw, op: str) -> Case:
    dtype = draw.choice(["int8", "int8", "float32", "int32", "int16"])
    shape = draw.shape(1, 5, 60)
    edges = [[draw.integer(0, 3), draw.integer(0, 3)] for _ in shape]
    if len(shape) == 5:
        edges = [[min(edge, 1) for edge in pair] for pair in edges]
    target = [size + sum(pair) for size, pair in zip(shape, edges, strict=True)]
    model = ModelBuilder()
    same = draw.quantisation(dtype)
    a = model.tensor(shape, dtype, **same)
    inputs = [a, model.constant(edges, "int32")]
    if op == "PADV2":
        inputs.append(model.tensor([1], dtype, data=draw.array([1], dtype), **same))
    out = model.tensor(target, dtype, **same)
    model.op(op, inputs, [out], "PadV2" if op == "PADV2" else "Pad")
    samples = [[draw.array(shape, dtype)] for _ in range(_SAMPLES)]
    return Case(op, model.build([a], [out]), samples, f"{dtype}{shape} {edges} {same}")


def _joined(
    draw: Draw, op: str, dtype: str, shapes: list, target: list, options: str, **fields: Any
) -> Case:
    """Several inputs, one of them a constant now and then, one output."""
    model = ModelBuilder()
    same = draw.quantisation(dtype)
    constant = draw.choice([None, None, 0]) if len(shapes) > 1 else None
    inputs: list[int] = []
    samples: list[list[np.ndarray]] = [[] for _ in range(_SAMPLES)]
    for index, shape in enumerate(shapes):
        data = draw.array(shape, dtype) if index == constant else None
        inputs.append(model.tensor(shape, dtype, data=data, **same))
        for sample in samples if data is None else []:
            sample.append(draw.array(shape, dtype))
    out = model.tensor(target, dtype, **same)
    model.op(op, inputs, [out], options, **fields)
    fed = [tensor for index, tensor in enumerate(inputs) if index != constant]
    note = f"{dtype}{shapes} constant {constant} {fields}"
    return Case(op, model.build(fed, [out]), samples, note)


@case("CONCATENATION")
def concatenation(draw: Draw, op: str) -> Case:
    shape = draw.shape(1, 4, 60)
    axis, count = draw.integer(0, len(shape) - 1), draw.integer(1, 4)
    shapes = [[*shape[:axis], draw.integer(1, 5), *shape[axis + 1 :]] for _ in range(count)]
    target = [*shape[:axis], sum(dims[axis] for dims in shapes), *shape[axis + 1 :]]
    named = axis - len(shape) if draw.flag() else axis
    dtype = draw.choice(["int8", "int8", "float32", "int32", "int16", "bool"])
    return _joined(draw, op, dtype, shapes, target, "Concatenation", axis=named)


@case("PACK")
def pack(draw: Draw, op: str) -> Case:
    shape = draw.shape(1, 3, 60)
    axis, count = draw.integer(0, len(shape)), draw.integer(1, 4)
    target = [*shape[:axis], count, *shape[axis:]]
    named = axis - len(target) if draw.flag() else axis
    dtype = draw.choice(["int8", "int8", "float32", "int32", "int16"])
    return _joined(draw, op, dtype, [shape] * count, target, "Pack", axis=named, valuesCount=count)


@case("UNPACK")
def unpack(draw: Draw, op: str) -> Case:
    shape = draw.shape(2, 4, 120)
    axis = draw.integer(0, len(shape) - 1)
    result = [shape[:axis] + shape[axis + 1 :]] * shape[axis]
    named = axis - len(shape) if draw.flag() else axis
    dtype = draw.choice(["int8", "int8", "float32", "int32", "int16"])
    return _moved(draw, op, dtype, shape, result, [], "Unpack", axis=named, num=shape[axis])


@case("SPLIT")
def split(draw: Draw, op: str) -> Case:
    shape = draw.shape(1, 4, 80)
    axis, count = draw.integer(0, len(shape) - 1), draw.integer(1, 4)
    whole = [*shape[:axis], shape[axis] * count, *shape[axis + 1 :]]
    named = axis - len(shape) if draw.flag() else axis
    dtype = draw.choice(["int8", "int8", "float32", "int32", "int16"])
    constants = [(np.array(named, np.int32), "int32")]
    return _moved(
        draw, op, dtype, whole, [shape] * count, constants, "Split", first=True, numSplits=count
    )


@case("RESIZE_NEAREST_NEIGHBOR")
def resize_nearest_neighbor(draw: Draw, op: str) -> Case:
    shape = [draw.integer(1, 2), draw.integer(1, 6), draw.integer(1, 6), draw.integer(1, 4)]
    size = [draw.integer(1, 9), draw.integer(1, 9)]
    mode = draw.choice([(False, False), (True, False), (False, True)])
    dtype = draw.choice(["int8", "int8", "float32", "int16"])
    target = [shape[0], *size, shape[3]]
    fields: dict[str, Any] = {"alignCorners": mode[0], "halfPixelCenters": mode[1]}
    constants = [(size, "int32")]
    return _moved(draw, op, dtype, shape, target, constants, "ResizeNearestNeighbor", **fields)
