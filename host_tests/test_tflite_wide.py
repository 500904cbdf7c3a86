"""Layers wider than a kernel's chunk of 32 and than a tile, and weights that are computed."""

import numpy as np
import pytest
from harken_toolchain.engine import compare, device
from harken_toolchain.engine.builder import ModelBuilder
from harken_toolchain.engine.cases import Case

WIDTHS = [1, 31, 32, 33, 64, 97]
EXTREMES = [
    # (scale of x, of the weights, of y): factors from 2**-31 to 2**30
    (1e-7, 1e-7, 1e-5),
    (1.0, 1.0, 1e-9),
    (0.5, 0.5, 0.25),
    (1e-3, 1e-3, 3.0),
    (2.0, 4.0, 8.0),
]


def rng(*seed):
    return np.random.default_rng(seed)


def samples(random, shape, count=2):
    edges = [np.full(shape, -128, np.int8), np.full(shape, 127, np.int8)]
    return [[random.integers(-128, 128, shape).astype(np.int8)] for _ in range(count)] + [
        [edge] for edge in edges
    ]


def dense(outputs, depth, scales=(0.05, 0.02, 0.4), each=False, batches=2):
    random, m = rng(outputs, depth), ModelBuilder()
    x = m.tensor([batches, depth], scale=scales[0], zero_point=-128)
    ws = (np.float32(scales[1]) * random.uniform(0.5, 1, outputs)).tolist() if each else scales[1]
    w = m.tensor([outputs, depth], scale=ws, data=random.integers(-128, 128, (outputs, depth)))
    y = m.tensor([batches, outputs], scale=scales[2], zero_point=127)
    m.op("FULLY_CONNECTED", [x, w], [y], "FullyConnected")
    return Case("dense", m.build([x], [y]), samples(random, (batches, depth)))


def ties(scale):
    """Every int8 times small weights and a power of two: results exactly between two integers."""
    m = ModelBuilder()
    x = m.tensor([256, 1], scale=0.5)
    w = m.tensor([6, 1], scale=0.5, data=[[1], [-1], [3], [-3], [5], [7]])
    y = m.tensor([256, 6], scale=scale)
    m.op("FULLY_CONNECTED", [x, w], [y], "FullyConnected")
    every = np.arange(-128, 128, dtype=np.int8).reshape(256, 1)
    return Case("ties", m.build([x], [y]), [[every]])


def conv(outputs, name="CONV_2D"):
    random, m = rng(outputs), ModelBuilder()
    deep = name == "DEPTHWISE_CONV_2D"
    depth = outputs if deep else 5
    x = m.tensor([1, 5, 4, depth], scale=0.05, zero_point=127)
    shape = [1, 3, 2, outputs] if deep else [outputs, 3, 2, depth]
    scales = (np.float32(0.02) * random.uniform(0.5, 1, outputs)).tolist()
    data = random.integers(-128, 128, shape)
    w = m.tensor(shape, scale=scales, data=data, axis=3 if deep else 0)
    bias = m.tensor([outputs], "int32", data=random.integers(-90000, 90000, outputs))
    y = m.tensor([1, 5, 4, outputs], scale=0.3, zero_point=-128)
    more = {"depthMultiplier": 1} if deep else {}
    options = "DepthwiseConv2D" if deep else "Conv2D"
    same = {"padding": 0, "strideH": 1, "strideW": 1}
    m.op(name, [x, w, bias], [y], options, **same, **more)
    return Case(name, m.build([x], [y]), samples(random, (1, 5, 4, depth)))


def computed_weights():
    """A dense layer whose weights come out of another operator."""
    random, m = rng(3), ModelBuilder()
    x = m.tensor([2, 9], scale=0.05, zero_point=3)
    v = m.tensor([40, 9], scale=0.02)
    w = m.tensor([40, 9], scale=0.02)
    m.op("RELU", [v], [w])
    y = m.tensor([2, 40], scale=0.1)
    m.op("FULLY_CONNECTED", [x, w], [y], "FullyConnected")
    shapes = [(2, 9), (40, 9)]
    inputs = [[random.integers(-128, 128, shape).astype(np.int8) for shape in shapes]]
    return Case("computed", m.build([x, v], [y]), inputs)


def wide_cases():
    cases = [dense(n, 40, each=each) for n in WIDTHS for each in (False, True)]
    cases += [dense(5, depth) for depth in (1, 2, 3, 4, 5, 700)]
    cases += [dense(7, 30, scales) for scales in EXTREMES]
    cases += [conv(n, name) for n in WIDTHS for name in ("CONV_2D", "DEPTHWISE_CONV_2D")]
    cases += [ties(2.0**power) for power in range(-1, 8)]
    return [*cases, computed_weights()]


def check(target):
    cases = wide_cases()
    for case, verdict in zip(cases, compare.cases(cases, target), strict=True):
        assert not verdict.skipped, f"{case.op}: {verdict.skipped}"
        assert verdict.good, f"{case.op}: {verdict}"
        if target.kernels == "viper" and target.source == "memory":  # the fake partition allocates
            assert not verdict.result.alloc, f"{case.op}: {verdict.result.alloc} bytes in invoke()"


@pytest.mark.parametrize("source", ["memory", "partition"])
def test_portable(source):
    check(device.Target("cpython", "portable", source))


@pytest.mark.micropython
@pytest.mark.parametrize("source", ["memory", "partition"])
def test_viper(runtime, source):
    check(device.Target("micropython", "viper", source))
