"""Cases of curves, and of ops that carry state along a sequence."""

from typing import Any

import numpy as np

from harken_toolchain.engine.builder import ModelBuilder
from harken_toolchain.engine.cases import Case, case
from harken_toolchain.engine.draw import Draw

_SAMPLES = 2


def _single(value: float) -> float:
    return float(np.float32(value))


@case("SOFTMAX")
def softmax(draw: Draw, op: str) -> Case:
    shape = draw.shape()
    model = ModelBuilder()
    a = model.tensor(shape, "int8", **draw.quantisation("int8", -10, 8))
    out = model.tensor(shape, "int8", scale=1 / 256, zero_point=-128)
    beta = draw.choice([1.0, 1.0, 0.5, 2.0, 0.1])
    model.op(op, [a], [out], "Softmax", beta=beta)
    samples = [[draw.array(shape)] for _ in range(_SAMPLES)]
    return Case(op, model.build([a], [out]), samples, f"{shape} beta {beta}")


@case("LOGISTIC", "TANH")
def curve(draw: Draw, op: str) -> Case:
    shape = [256]
    model = ModelBuilder()
    source = draw.quantisation("int8", -12, 10)
    fixed = {"LOGISTIC": (1 / 256, -128), "TANH": (1 / 128, 0)}[op]
    a = model.tensor(shape, "int8", **source)
    out = model.tensor(shape, "int8", scale=fixed[0], zero_point=fixed[1])
    model.op(op, [a], [out])
    every = np.arange(-128, 128).astype(np.int8)
    return Case(op, model.build([a], [out]), [[every]], f"{source}")


@case("SVDF")
def svdf(draw: Draw, op: str) -> Case:
    batch, depth, memory = draw.integer(1, 2), draw.integer(1, 8), draw.integer(1, 6)
    rank, units = draw.integer(1, 3), draw.integer(1, 5)
    filters = rank * units
    model = ModelBuilder()
    source = draw.quantisation("int8", -8, -3)
    feature, time = _single(draw.scale(-9, -5)), _single(draw.scale(-12, -8))
    kind = draw.choice(["int16", "int16", "int8"])
    state = _single(draw.scale(-9, -6) if kind == "int16" else draw.scale(-3, 1))
    target: dict[str, Any] = {"scale": draw.scale(-8, -3), "zero_point": draw.zero_point()}
    a = model.tensor([batch, depth], "int8", **source)
    w = model.tensor([filters, depth], "int8", scale=feature, data=draw.array([filters, depth]))
    t = model.tensor([filters, memory], kind, scale=time, data=draw.array([filters, memory], kind))
    scale = float(np.float32(state) * np.float32(time))
    random = np.random.default_rng(draw.integer(0, 1 << 31))
    b = model.tensor([units], "int32", scale=scale, data=random.integers(-9000, 9000, units))
    s = model.tensor([batch, memory * filters], kind, scale=state, variable=True)
    out = model.tensor([batch, units], "int8", **target)
    fields: dict[str, Any] = {"rank": rank, "fusedActivationFunction": draw.choice([0, 1])}
    model.op(op, [a, w, t, b, s], [out], "SVDF", **fields)
    samples = [[draw.array([batch, depth])] for _ in range(5)]
    note = f"{batch}x{depth} filters {filters} memory {memory} {kind} {source} {target} {fields}"
    return Case(op, model.build([a], [out]), samples, note)


@case("UNIDIRECTIONAL_SEQUENCE_LSTM")
def lstm(draw: Draw, op: str) -> Case:
    batch, steps = draw.choice([1, 1, 2]), draw.integer(1, 6)
    depth, units = draw.integer(1, 8), draw.integer(1, 8)
    major = draw.flag() if batch > 1 else False
    model = ModelBuilder()
    source = draw.quantisation("int8", -8, -4)
    hidden: dict[str, Any] = {"scale": draw.scale(-8, -6), "zero_point": draw.zero_point()}
    shape = [steps, batch, depth] if major else [batch, steps, depth]
    a = model.tensor(shape, "int8", **source)
    inputs = [a]
    for rows in (depth, units):
        for _ in range(4):
            scale = draw.scale(-10, -6)
            data = draw.array([units, rows])
            inputs.append(model.tensor([units, rows], "int8", scale=scale, data=data))
    inputs += [-1, -1, -1]
    random = np.random.default_rng(draw.integer(0, 1 << 31))
    for _ in range(4):
        inputs.append(model.tensor([units], "int32", data=random.integers(-4000, 4000, units)))
    inputs += [-1, -1]
    inputs.append(model.tensor([batch, units], "int8", variable=True, **hidden))
    cell = 2.0 ** draw.integer(-13, -9)
    inputs.append(model.tensor([batch, units], "int16", scale=cell, variable=True))
    inputs += [-1] * 4
    out = model.tensor([*shape[:2], units], "int8", **hidden)
    inner = [model.tensor([0], "int16", scale=2.0**-12) for _ in range(4)]
    inner.append(model.tensor([0], "int8", **hidden))
    fields: dict[str, Any] = {
        "fusedActivationFunction": 4,
        "cellClip": draw.choice([0.0, 0.0, 10.0, 1.5]),
        "timeMajor": major,
    }
    model.op(op, inputs, [out], "UnidirectionalSequenceLSTM", inner, **fields)
    samples = [[draw.array(shape)] for _ in range(3)]
    note = f"{shape} units {units} {source} {hidden} cell {cell} {fields}"
    return Case(op, model.build([a], [out]), samples, note)
