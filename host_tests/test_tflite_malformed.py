"""Damaged and hostile models end in a `ModelError` that says what and where."""

import time

import numpy as np
import pytest
from harken.tflite import Interpreter, ModelError
from harken_toolchain.engine import mutants, seeds
from harken_toolchain.engine.builder import ModelBuilder, schema


def run(model, **more):
    made = Interpreter(model, **more)
    made.allocate_tensors()
    made.invoke()
    return made


def dense(**change):
    """A dense layer; `change` overrides the shape, data, type or scale of a tensor."""
    m = ModelBuilder()
    x = m.tensor(**{"shape": [1, 4], "scale": 0.1, **change.get("x", {})})
    w = m.tensor(**{"shape": [3, 4], "scale": 0.1, "data": np.ones((3, 4)), **change.get("w", {})})
    y = m.tensor(**{"shape": [1, 3], "scale": 0.1, **change.get("y", {})})
    m.op("FULLY_CONNECTED", [x, w], [y], "FullyConnected", **change.get("options", {}))
    return m.build(change.get("inputs", [x]), change.get("outputs", [y]))


def test_the_undamaged_model_runs():
    run(dense())


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"x": {"shape": [1, 5]}}, "op 0 FULLY_CONNECTED: input .1, 5.: wanted rows of 4"),
        ({"x": {"shape": [1, -4]}}, "tensor 0: shape .1, -4.: wanted a fixed shape"),
        ({"x": {"shape": [1 << 15, 1 << 15, 4]}}, "tensor 0: shape .*: more than 1 GB"),
        ({"x": {"shape": [1] * 9}}, "9 elements: wanted at most 8"),
        ({"y": {"shape": [1, 2]}}, "output .1, 2.: wanted 3 values"),
        ({"y": {"scale": None}}, "tensor 2: 0 scales, 0 zero points: wanted number 0"),
        ({"y": {"scale": 0.0}}, "scale with bits 0x00000000: wanted a positive number"),
        ({"y": {"scale": -1.0}}, "wanted a positive number"),
        ({"y": {"scale": float("nan")}}, "wanted a positive number"),
        ({"y": {"scale": float("inf")}}, "wanted a positive number"),
        ({"y": {"scale": 1e-30}}, "scales ask for a factor of"),
        ({"y": {"zero_point": 200}}, "tensor 2: zero point 200: wanted one of its type"),
        ({"y": {"dtype": "int16"}}, "types int8, int8, int16: wanted int8"),
        ({"w": {"data": np.ones(11)}}, "tensor 1: 11 bytes of data: its shape asks for 12"),
        ({"w": {"scale": [0.1, 0.2]}}, "2 scales of the weights: wanted 1 or 3"),
        ({"w": {"shape": [12], "data": np.ones(12)}}, "weights of shape .12,.: wanted 2D"),
        ({"w": {"data": None}}, "tensor 1 is read before anything writes it"),
        ({"options": {"fusedActivationFunction": 9}}, "fused activation 9"),
        ({"options": {"weightsFormat": 1}}, "shuffled weights"),
        ({"inputs": []}, "tensor 0 is read before anything writes it"),
        ({"inputs": [1]}, "tensor 1 is computed, and constant or variable"),
        ({"inputs": [0, 0]}, "tensor 0 is written twice"),
        ({"outputs": [7]}, "tensor 7: the subgraph has 3"),
    ],
)
def test_what_is_wrong_is_said(change, complaint):
    with pytest.raises(ModelError, match=complaint):
        run(dense(**change))


def test_a_cycle_is_refused():
    m = ModelBuilder()
    x, y = (m.tensor([1, 4], scale=0.1) for _ in "xy")
    m.op("RELU", [y], [x])
    m.op("RELU", [x], [y])
    with pytest.raises(ModelError, match="op 0 RELU: tensor 1 is read before anything writes it"):
        run(m.build([], [y]))


def test_an_unknown_operator_is_named():
    m = ModelBuilder()
    x, y = (m.tensor([1, 4], scale=0.1) for _ in "xy")
    m.op("FFT2D" if hasattr(schema().BuiltinOperator, "FFT2D") else "RFFT2D", [x], [y])
    with pytest.raises(ModelError, match="builtin operator .* is not supported"):
        run(m.build([x], [y]))


def test_a_large_arena_is_refused_before_it_is_taken():
    m = ModelBuilder()
    x, y = (m.tensor([1 << 27], scale=0.1) for _ in "xy")
    m.op("RELU", [x], [y])
    with pytest.raises(ModelError, match="arena of"):
        run(m.build([x], [y]))


def test_endless_work_is_refused():
    m = ModelBuilder()
    x = m.tensor([1, 64, 64, 8], scale=0.1)
    w = m.tensor([8, 32, 32, 8], scale=0.1, data=np.ones(8 * 32 * 32 * 8))
    y = m.tensor([1, 64, 64, 8], scale=0.1)
    strides = {"padding": 0, "strideH": 1, "strideW": 1}
    m.op("CONV_2D", [x, w], [y], "Conv2D", **strides)
    with pytest.raises(ModelError, match="more than 1000000 multiply-accumulates"):
        run(m.build([x], [y]), work_limit=1000000)


@pytest.mark.parametrize("name", ["dense", "recurrent", "streaming"])
def test_every_cut_is_noticed(name):
    model = seeds.models()[name]
    for n in range(0, len(model) - 8, 7):
        with pytest.raises(ModelError):
            run(model[:n])


@pytest.mark.parametrize("junk", [b"", b"TFL3", bytes(100), b"\xff" * 100, b"\x10\0\0\0TFL3" * 20])
def test_junk_is_refused(junk):
    with pytest.raises(ModelError):
        run(junk)


def judged(count, seed):
    counts = mutants.run(count, seed)
    assert counts.tried == count
    assert counts.other == 0, "\n".join(counts.failures)
    assert counts.model_errors + counts.exact == count
    assert counts.exact > count // 20
    assert counts.model_errors > count // 4


def test_a_few_mutants():
    judged(400, seed=77)


@pytest.mark.slow
def test_twenty_thousand_mutants():
    judged(20_000, seed=1)


def test_the_judge_sees_a_wrong_answer():
    counts = mutants.Counts()
    [answer] = [mutants._ours("dense", seeds.models()["dense"], 1, counts)]
    answer.outputs[0][0, 0] ^= 1
    mutants._judge([answer], counts)
    assert counts.other == 1
    assert "element 0" in counts.failures[0]


def test_overlapping_tables_do_not_multiply_the_work():
    """A small file in which every operator is one table with a thousand inputs is refused soon."""
    m = ModelBuilder()
    x, y = (m.tensor([1, 4], scale=0.1) for _ in "xy")
    for _ in range(3000):
        m.op("CONCATENATION", [x] * 250, [y], "Concatenation", axis=1)
    model = m.build([x], [y])
    began = time.perf_counter()
    with pytest.raises(ModelError, match="tensor 1 is written twice"):
        run(model)
    assert time.perf_counter() - began < 20
