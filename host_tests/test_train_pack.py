"""Packing: settings and vocabulary travel in the .tflite, which stays one that others read."""

from itertools import pairwise

import numpy as np
from harken.tflite.graph import Model
from harken.tflite.sources import MemorySource
from harken_toolchain.engine.builder import ModelBuilder
from harken_toolchain.train import pack, runners
from harken_toolchain.train.cost import cost


def small_model(bias_of: int = 0) -> bytes:
    model = ModelBuilder()
    a = model.tensor([1, 8], "int8", scale=0.5, name="a rather long name")
    b = model.tensor([1, 4], "int8", scale=0.25)
    weights = model.constant(np.arange(32).reshape(4, 8), "int8", scale=0.01)
    bias = model.constant(np.full(4, bias_of), "int32", scale=0.005)
    model.op("FULLY_CONNECTED", [a, weights, bias], [b], "FullyConnected")
    return model.build([a], [b])


def run(model: bytes, values: np.ndarray | None = None) -> np.ndarray:
    from tflite_micro.python.tflite_micro import runtime

    interpreter = runtime.Interpreter.from_bytes(model)
    interpreter.set_input(np.arange(8, dtype=np.int8)[None] if values is None else values, 0)
    interpreter.invoke()
    return interpreter.get_output(0)


def test_metadata_is_found_and_the_model_computes_the_same():
    plain, table = small_model(), bytes(range(64))
    packed = pack.pack(plain, {"labels": ["é", "b"]}, table)
    assert runners.stored_settings(packed)["labels"] == ["é", "b"]
    place = Model(MemorySource(packed)).metadata_place(pack.VOCABULARY)
    assert place is not None
    assert packed[place[0] : place[0] + place[1]] == table
    assert np.array_equal(run(plain), run(packed))


def test_names_are_stripped():
    plain = small_model()
    assert b"a rather long name" in plain
    assert b"a rather long name" not in pack.pack(plain, {}, b"")


def test_the_cost_counts_multiply_accumulates():
    found = cost(small_model())
    assert found.macs == 32
    assert found.ops == {"FULLY_CONNECTED": 1}
    assert found.bytes == len(small_model())


def test_a_bias_of_zero_is_left_out():
    plain = small_model()
    graph = Model(MemorySource(pack.pack(plain, {}, b""))).subgraph(0)
    assert Model(MemorySource(plain)).subgraph(0).tensors == 4
    assert graph.tensors == 3


def per_channel_model() -> bytes:
    """Two layers with the same weights, a scale for each output, and biases with as many."""
    model = ModelBuilder()
    a = model.tensor([1, 8], "int8", scale=0.5)
    last = a
    for number in range(2):
        data = np.arange(64).reshape(8, 8) - 32
        scales = [0.01 + 0.001 * i for i in range(8)]
        weights = model.constant(data, "int8", scale=scales, zero_point=[0] * 8)
        steps = [0.5 * scale for scale in scales]
        bias = model.constant(np.arange(8) * 50, "int32", scale=steps, zero_point=[0] * 8)
        y = model.tensor([1, 8], "int8", scale=0.5, name=f"layer {number}")
        model.op("FULLY_CONNECTED", [last, weights, bias], [y], "FullyConnected")
        last = y
    return model.build([a], [last])


def test_scales_that_nothing_reads_and_equal_constants_are_left_out():
    plain = per_channel_model()
    packed = pack.pack(plain, {}, b"")
    tree = Model(MemorySource(packed)).subgraph(0)
    scales = [tree.tensor(i).scales() for i in range(7)]
    assert sorted(scales) == [0, 0, 1, 1, 1, 8, 8]
    assert len(packed) < len(plain) - 2 * 8 * 12 - 64
    assert np.array_equal(run(plain), run(packed))
    assert len(set(run(packed).ravel().tolist())) > 4


def test_a_bias_beside_one_scale_keeps_its_own():
    tree = Model(MemorySource(pack.pack(small_model(7), {}, b""))).subgraph(0)
    assert [tree.tensor(i).scales() for i in range(4)] == [1, 1, 1, 1]


def test_equal_vectors_of_numbers_are_written_once():
    model = ModelBuilder()
    tensors = [model.tensor([1, 2, 3, 5, 7], "int8", scale=0.125, zero_point=3) for _ in range(9)]
    for one, other in pairwise(tensors):
        model.op("RELU", [one], [other])
    plain = model.build([tensors[0]], [tensors[-1]])
    packed = pack.pack(plain, {}, b"")
    for vector in (np.array([1, 2, 3, 5, 7], np.int32), np.array([3], np.int64)):
        content = len(vector).to_bytes(4, "little") + vector.tobytes()
        assert plain.count(content) >= 9
        assert packed.count(content) == 1
    values = np.arange(-105, 105, dtype=np.int8).reshape(1, 2, 3, 5, 7)
    found = run(packed, values)
    assert np.array_equal(found, run(plain, values))
    assert found.min() == 3
