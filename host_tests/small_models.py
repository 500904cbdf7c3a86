"""Small models for tests of what surrounds them."""

import numpy as np
from harken_toolchain.engine.builder import ModelBuilder


def dense(depth=32, outputs=3, op="FULLY_CONNECTED"):
    """A small int8 model with named tensors."""
    chance = np.random.default_rng(3)
    model = ModelBuilder()
    a = model.tensor([1, depth], "int8", scale=0.05, zero_point=3, name="serving_default_x:0")
    weights = chance.integers(-127, 128, [outputs, depth])
    w = model.tensor([outputs, depth], "int8", scale=0.01, data=weights, name="dense/MatMul")
    out = model.tensor([1, outputs], "int8", scale=0.2, name="StatefulPartitionedCall:0")
    options = {"fusedActivationFunction": 0, "keepNumDims": False}
    model.op("FULLY_CONNECTED", [a, w, -1], [out], "FullyConnected", **options)
    if op != "FULLY_CONNECTED":
        more = model.tensor([1, outputs], "int8", scale=0.2, name="odd/layer")
        model.op(op, [out], [more])
        out = more
    return model.build([a], [out])
