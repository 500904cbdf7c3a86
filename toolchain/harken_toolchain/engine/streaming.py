"""The streaming test model, written without TensorFlow."""

from typing import Any

import numpy as np

from harken_toolchain.engine.builder import ModelBuilder

SEED = 7


def streaming() -> bytes:
    """A causal filter bank that keeps the last frames in a variable; written without TensorFlow.

    Takes one frame of 8 values, joins it to the 7 before, convolves all 8 and classifies.
    """
    random = np.random.default_rng(SEED)
    model = ModelBuilder("streaming")
    same: dict[str, Any] = {"scale": 0.05, "zero_point": -3}
    frame = model.tensor([1, 1, 1, 8], "int8", name="frame", **same)
    handle = model.tensor([1], "resource", name="handle")
    old = model.tensor([1, 7, 1, 8], "int8", name="old", **same)
    window = model.tensor([1, 8, 1, 8], "int8", name="window", **same)
    new = model.tensor([1, 7, 1, 8], "int8", name="new", **same)
    model.op("VAR_HANDLE", [], [handle], "VarHandle", sharedName="frames", container="")
    model.op("READ_VARIABLE", [handle], [old], "ReadVariable")
    model.op("CONCATENATION", [old, frame], [window], "Concatenation", axis=1)
    bounds = [model.constant(values) for values in ([0, 1, 0, 0], [1, 8, 1, 8], [1, 1, 1, 1])]
    model.op("STRIDED_SLICE", [window, *bounds], [new], "StridedSlice")
    model.op("ASSIGN_VARIABLE", [handle, new], [], "AssignVariable")
    features = _features(model, random, window)
    out = _classes(model, random, features)
    return model.build([frame], [out])


def _features(model: ModelBuilder, random: np.random.Generator, window: int) -> int:
    """A convolution over the window, averaged over time."""
    weights = random.integers(-127, 128, (16, 4, 1, 8), np.int8)
    scales = (random.random(16) * 0.01 + 0.002).astype(np.float32)
    w = model.tensor([16, 4, 1, 8], "int8", scale=scales.tolist(), data=weights)
    bias = random.integers(-500, 500, 16)
    b = model.tensor([16], "int32", scale=(scales * np.float32(0.05)).tolist(), data=bias)
    features = model.tensor([1, 5, 1, 16], "int8", scale=0.06, zero_point=-128, name="features")
    fields: dict[str, Any] = {
        "padding": 1,
        "strideH": 1,
        "strideW": 1,
        "fusedActivationFunction": 1,
    }
    model.op("CONV_2D", [window, w, b], [features], "Conv2D", **fields)
    pooled = model.tensor([1, 16], "int8", scale=0.04, zero_point=-128, name="pooled")
    axes = model.constant([1, 2])
    model.op("MEAN", [features, axes], [pooled], "Reducer", keepDims=False)
    return pooled


def _classes(model: ModelBuilder, random: np.random.Generator, pooled: int) -> int:
    """A dense layer and a softmax."""
    dense = random.integers(-127, 128, (4, 16), np.int8)
    v = model.tensor([4, 16], "int8", scale=0.01, data=dense)
    logits = model.tensor([1, 4], "int8", scale=0.08, zero_point=5, name="logits")
    model.op("FULLY_CONNECTED", [pooled, v, -1], [logits], "FullyConnected")
    out = model.tensor([1, 4], "int8", scale=1 / 256, zero_point=-128, name="classes")
    model.op("SOFTMAX", [logits], [out], "Softmax", beta=1.0)
    return out
