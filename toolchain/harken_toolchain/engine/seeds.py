"""The small models that `mutants` damages: every family of operators, a few kilobytes at most."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from harken_toolchain import paths
from harken_toolchain.engine.builder import ModelBuilder

#: Integer inputs stay below this, so that undamaged models find their rows.
ROWS = 20
#: Largest file of `host_tests/fixtures/models` that is damaged too.
_LARGEST = 16_000
_WINDOW: dict[str, Any] = {
    "padding": 1, "strideH": 2, "strideW": 2, "filterHeight": 2, "filterWidth": 2
}  # fmt: skip
#: A file below this is damaged more often.
SMALL = 4_000


@cache
def models() -> dict[str, bytes]:
    """Name -> file: the models of this module and the small ones among the fixtures."""
    found = {make.__name__: make(np.random.default_rng(5)) for make in _MAKERS}
    folder = paths.repository() / "host_tests" / "fixtures" / "models"
    for path in sorted(folder.glob("*.tflite")):
        if path.stat().st_size <= _LARGEST:
            found[path.stem] = path.read_bytes()
    return found


def _int8(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.integers(-127, 128, shape).astype(np.int8)


def _bias(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.integers(-500, 500, n).astype(np.int32)


def _dense(m: ModelBuilder, rng: np.random.Generator, x: int, n: int, **act: Any) -> int:
    shape = m.shape(x)
    w = m.tensor([n, shape[-1]], scale=0.01, data=_int8(rng, n, shape[-1]))
    b = m.tensor([n], "int32", scale=0.05 * 0.01, data=_bias(rng, n))
    y = m.tensor([*shape[:-1], n], scale=0.05, zero_point=4)
    m.op("FULLY_CONNECTED", [x, w, b], [y], "FullyConnected", **act)
    return y


def _softmax(m: ModelBuilder, x: int) -> int:
    y = m.tensor(m.shape(x), scale=1 / 256, zero_point=-128)
    m.op("SOFTMAX", [x], [y], "Softmax", beta=1.0)
    return y


def dense(rng: np.random.Generator) -> bytes:
    """Two dense layers and a softmax."""
    m = ModelBuilder()
    x = m.tensor([1, 12], scale=0.05, zero_point=-3)
    y = _softmax(m, _dense(m, rng, _dense(m, rng, x, 9, fusedActivationFunction=1), 4))
    return m.build([x], [y])


def text(rng: np.random.Generator) -> bytes:
    """Rows of a table, their sum, a dense layer and a logistic."""
    m = ModelBuilder()
    ids = m.tensor([1, 5, 3], "int32")
    table = m.tensor([ROWS, 6], scale=0.05, zero_point=4, data=_int8(rng, ROWS, 6))
    rows = m.tensor([1, 5, 3, 6], scale=0.05, zero_point=4)
    m.op("GATHER", [table, ids], [rows], "Gather", axis=0)
    total = m.tensor([1, 5, 6], scale=0.1, zero_point=1)
    m.op("SUM", [rows, m.constant([2])], [total], "Reducer", keepDims=False)
    best = m.tensor([1, 6], scale=0.1, zero_point=1)
    m.op("REDUCE_MAX", [total, m.constant([1])], [best], "Reducer", keepDims=False)
    y = _dense(m, rng, best, 3)
    z = m.tensor([1, 3], scale=1 / 256, zero_point=-128)
    m.op("LOGISTIC", [y], [z])
    return m.build([ids], [z])


def image(rng: np.random.Generator) -> bytes:
    """Convolution, depthwise convolution, pooling, addition, mean and a dense layer."""
    m = ModelBuilder()
    x = m.tensor([1, 8, 8, 2], scale=0.05, zero_point=-3)
    w = m.tensor([4, 3, 3, 2], scale=[0.01, 0.02, 0.01, 0.03], data=_int8(rng, 4, 3, 3, 2))
    b = m.tensor([4], "int32", scale=[0.001] * 4, data=_bias(rng, 4))
    y = m.tensor([1, 4, 4, 4], scale=0.08, zero_point=-20)
    same: dict[str, Any] = {"padding": 0, "strideH": 2, "strideW": 2}
    m.op("CONV_2D", [x, w, b], [y], "Conv2D", fusedActivationFunction=3, **same)
    w = m.tensor([1, 3, 3, 4], scale=[0.02] * 4, data=_int8(rng, 1, 3, 3, 4), axis=3)
    b = m.tensor([4], "int32", scale=[0.001] * 4, data=_bias(rng, 4), axis=0)
    z = m.tensor([1, 4, 4, 4], scale=0.08, zero_point=-20)
    one: dict[str, Any] = {"padding": 0, "strideH": 1, "strideW": 1}
    m.op("DEPTHWISE_CONV_2D", [y, w, b], [z], "DepthwiseConv2D", depthMultiplier=1, **one)
    s = m.tensor([1, 4, 4, 4], scale=0.1, zero_point=3)
    m.op("ADD", [y, z], [s], "Add")
    t = m.tensor([1, 2, 2, 4], scale=0.1, zero_point=3)
    m.op("MAX_POOL_2D", [s], [t], "Pool2D", **_WINDOW)
    u = m.tensor([1, 4], scale=0.05, zero_point=4)
    m.op("MEAN", [t, m.constant([1, 2])], [u], "Reducer", keepDims=False)
    return m.build([x], [_softmax(m, _dense(m, rng, u, 3))])


def recurrent(rng: np.random.Generator) -> bytes:
    """An LSTM, its last state, a dense layer."""
    m = ModelBuilder()
    n, units, inputs = 4, 5, 3
    x = m.tensor([1, n, inputs], scale=0.05, zero_point=-3)
    weights = [m.tensor([units, k], scale=0.02, data=_int8(rng, units, k)) for k in [inputs] * 4]
    weights += [m.tensor([units, units], scale=0.02, data=_int8(rng, units, units)) for _ in "1234"]
    biases = [m.tensor([units], "int32", scale=0.001, data=_bias(rng, units)) for _ in "1234"]
    hidden = m.tensor([1, units], scale=1 / 128, zero_point=1, variable=True)
    cell = m.tensor([1, units], "int16", scale=2**-11, variable=True)
    y = m.tensor([1, n, units], scale=1 / 128, zero_point=1)
    ins = [x, *weights, -1, -1, -1, *biases, -1, -1, hidden, cell, -1, -1, -1, -1]
    m.op(
        "UNIDIRECTIONAL_SEQUENCE_LSTM", ins, [y], "UnidirectionalSequenceLSTM",
        fusedActivationFunction=4, cellClip=10.0,
    )  # fmt: skip
    last = m.tensor([1, units], scale=1 / 128, zero_point=1)
    begin, end = m.constant([0, n - 1, 0]), m.constant([1, n, units])
    masks: dict[str, Any] = {"beginMask": 5, "endMask": 5, "shrinkAxisMask": 2}
    m.op("STRIDED_SLICE", [y, begin, end, m.constant([1, 1, 1])], [last], "StridedSlice", **masks)
    return m.build([x], [_softmax(m, _dense(m, rng, last, 3))])


def attention(rng: np.random.Generator) -> bytes:
    """Reshapes, transpositions, two products of activations and a softmax between them."""
    m = ModelBuilder()
    x = m.tensor([1, 4, 6], scale=0.05, zero_point=4)
    q, k = _dense(m, rng, x, 6), _dense(m, rng, x, 6)
    parts = []
    for tensor in (q, k):
        split = m.tensor([1, 4, 2, 3], scale=0.05, zero_point=4)
        m.op("RESHAPE", [tensor, m.constant([1, 4, 2, 3])], [split], "Reshape")
        turned = m.tensor([1, 2, 4, 3], scale=0.05, zero_point=4)
        m.op("TRANSPOSE", [split, m.constant([0, 2, 1, 3])], [turned], "Transpose")
        parts.append(turned)
    scores = m.tensor([1, 2, 4, 4], scale=0.1, zero_point=-7)
    m.op("BATCH_MATMUL", parts, [scores], "BatchMatMul", adjY=True)
    weights = _softmax(m, scores)
    y = m.tensor([1, 2, 4, 3], scale=0.04, zero_point=2)
    m.op("BATCH_MATMUL", [weights, parts[1]], [y], "BatchMatMul")
    joined = m.tensor([1, 24], scale=0.04, zero_point=2)
    m.op("RESHAPE", [y, m.constant([1, 24])], [joined], "Reshape")
    return m.build([x], [joined])


def streaming(rng: np.random.Generator) -> bytes:
    """An SVDF layer with its state, concatenated with a hard swish of itself."""
    m = ModelBuilder()
    x = m.tensor([1, 6], scale=0.05, zero_point=-3)
    features = m.tensor([8, 6], scale=0.02, data=_int8(rng, 8, 6))
    times = m.tensor([8, 3], "int16", scale=0.001, data=_int8(rng, 8, 3).astype(np.int16))
    bias = m.tensor([4], "int32", scale=0.1 * 0.001, data=_bias(rng, 4))
    state = m.tensor([1, 24], "int16", scale=0.1, variable=True)
    y = m.tensor([1, 4], scale=0.02, zero_point=5)
    m.op("SVDF", [x, features, times, bias, state], [y], "SVDF", rank=2)
    z = m.tensor([1, 4], scale=0.02, zero_point=5)
    m.op("HARD_SWISH", [y], [z])
    both = m.tensor([1, 8], scale=0.02, zero_point=5)
    m.op("CONCATENATION", [y, z], [both], "Concatenation", axis=1)
    return m.build([x], [both])


def upsample(rng: np.random.Generator) -> bytes:
    """Transposed convolution, padding, average pooling, tanh and a float output."""
    m = ModelBuilder()
    x = m.tensor([1, 3, 3, 2], scale=0.05, zero_point=-3)
    w = m.tensor([3, 2, 2, 2], scale=[0.02] * 3, data=_int8(rng, 3, 2, 2, 2))
    y = m.tensor([1, 6, 6, 3], scale=0.05, zero_point=2)
    shape = m.constant([1, 6, 6, 3])
    stride: dict[str, Any] = {"padding": 1, "strideH": 2, "strideW": 2}
    m.op("TRANSPOSE_CONV", [shape, w, x], [y], "TransposeConv", **stride)
    z = m.tensor([1, 8, 6, 3], scale=0.05, zero_point=2)
    m.op("PAD", [y, m.constant([[0, 0], [1, 1], [0, 0], [0, 0]])], [z], "Pad")
    p = m.tensor([1, 4, 3, 3], scale=0.05, zero_point=2)
    m.op("AVERAGE_POOL_2D", [z], [p], "Pool2D", **_WINDOW)
    t = m.tensor([1, 4, 3, 3], scale=1 / 128)
    m.op("TANH", [p], [t])
    f = m.tensor([1, 4, 3, 3], "float32")
    m.op("DEQUANTIZE", [t], [f], "Dequantize")
    return m.build([x], [f])


def _unary(m: ModelBuilder, op: str, x: int, options: str = "", **more: Any) -> int:
    y = m.tensor(more.pop("shape", m.shape(x)), scale=more.pop("scale", 0.05), zero_point=4)
    m.op(op, [x, *more.pop("others", [])], [y], options, **more)
    return y


def elements(rng: np.random.Generator) -> bytes:
    """Element by element, with broadcasting, and from one scale to another."""
    m = ModelBuilder()
    x = m.tensor([1, 3, 4], scale=0.05, zero_point=4)
    row = m.tensor([4], scale=0.02, zero_point=-1, data=_int8(rng, 4))
    y = _unary(m, "ADD", x, "Add", others=[row], fusedActivationFunction=1)
    y = _unary(m, "MUL", y, "Mul", others=[x], scale=0.1)
    y = _unary(m, "SUB", y, "Sub", others=[row], scale=0.1)
    y = _unary(m, "SQUARED_DIFFERENCE", y, "SquaredDifference", others=[row], scale=0.1)
    y = _unary(m, "QUANTIZE", y, "Quantize")
    y = _unary(m, "MAXIMUM", y, "MaximumMinimum", others=[x])
    y = _unary(m, "LEAKY_RELU", y, "LeakyRelu", alpha=0.25)
    y = _unary(m, "RELU6", y)
    z = m.tensor([1, 3, 4], scale=1 / 128)
    m.op("L2_NORMALIZATION", [y], [z], "L2Norm")
    best = m.tensor([1, 3], "int32")
    m.op("ARG_MAX", [y, m.constant(2)], [best], "ArgMax", outputType=2)
    return m.build([x], [z, best])


def moves(rng: np.random.Generator) -> bytes:
    """Parts taken, turned, repeated and put together again."""
    m = ModelBuilder()
    x = m.tensor([1, 4, 6], scale=0.05, zero_point=4)
    parts = [m.tensor([1, 4, 3], scale=0.05, zero_point=4) for _ in "12"]
    m.op("SPLIT", [m.constant(2), x], parts, "Split", numSplits=2)
    turned = _unary(m, "REVERSE_V2", parts[0], "ReverseV2", others=[m.constant([1])])
    packed = m.tensor([1, 2, 4, 3], scale=0.05, zero_point=4)
    m.op("PACK", [turned, parts[1]], [packed], "Pack", valuesCount=2, axis=1)
    begin, size = m.constant([0, 0, 1, 0]), m.constant([1, 2, 2, 3])
    part = _unary(m, "SLICE", packed, "Slice", shape=[1, 2, 2, 3], others=[begin, size])
    value = m.tensor([1], scale=0.05, zero_point=4, data=[9])
    pads = m.constant([[0, 0], [1, 0], [0, 1], [0, 0]])
    wide = _unary(m, "PADV2", part, "PadV2", shape=[1, 3, 3, 3], others=[pads, value])
    large = m.tensor([1, 5, 6, 3], scale=0.05, zero_point=4)
    m.op(
        "RESIZE_NEAREST_NEIGHBOR", [wide, m.constant([5, 6])], [large], "ResizeNearestNeighbor",
        halfPixelCenters=True,
    )  # fmt: skip
    flat = m.tensor([5, 6, 3], scale=0.05, zero_point=4)
    m.op("SQUEEZE", [large], [flat], "Squeeze", squeezeDims=[0])
    rows = [m.tensor([6, 3], scale=0.05, zero_point=4) for _ in range(5)]
    m.op("UNPACK", [flat], rows, "Unpack", num=5, axis=0)
    again = m.tensor([6, 1, 3], scale=0.05, zero_point=4)
    m.op("EXPAND_DIMS", [rows[2], m.constant(1)], [again], "ExpandDims")
    return m.build([x], [again, rows[4]])


_MAKERS: tuple[Callable[[np.random.Generator], bytes], ...] = (
    dense, text, image, recurrent, attention, streaming, upsample, elements, moves,
)  # fmt: skip
