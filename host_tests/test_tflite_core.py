"""The interpreter's interface, and that every source gives the same answers."""

import numpy as np
import pytest
from harken.tflite import Interpreter, ModelError
from harken_toolchain.engine import seeds
from harken_toolchain.engine.builder import ModelBuilder

TEXT = seeds.models()["text"]
IDS = np.arange(15, dtype=np.int32).reshape(1, 5, 3)


def prepared(model, **more):
    made = Interpreter(model, **more)
    made.allocate_tensors()
    return made


def answer(interpreter, *inputs):
    for found, values in zip(interpreter.get_input_details(), inputs, strict=True):
        interpreter.set_tensor(found["index"], values)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def example(model):
    """An input for each of the model's inputs."""
    rng = np.random.default_rng(3)
    made = Interpreter(model)
    return [
        rng.integers(0, 20, found["shape"]).astype(found["dtype"])
        for found in made.get_input_details()
    ]


def test_details():
    made = Interpreter(TEXT)
    [found] = made.get_input_details()
    assert found["shape"] == (1, 5, 3)
    assert found["dtype"] == "int32"
    assert found["quantization"] == (0.0, 0)
    [found] = made.get_output_details()
    assert found["quantization"] == (1 / 256, -128)
    assert found["quantization_parameters"] == {
        "scales": [1 / 256],
        "zero_points": [-128],
        "quantized_dimension": 0,
    }


@pytest.mark.parametrize(
    "values",
    [IDS, IDS.tolist(), IDS.ravel().tolist(), IDS.tobytes(), memoryview(IDS.tobytes())],
    ids=["numpy", "nested", "flat", "bytes", "memoryview"],
)
def test_inputs_of_every_kind(values):
    assert list(answer(prepared(TEXT), values)) == list(answer(prepared(TEXT), IDS))


def test_outputs_are_numpy_friendly():
    found = np.array(answer(prepared(TEXT), IDS))
    assert found.dtype == np.int8
    assert found.shape == (3,)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        (IDS.astype(np.int64), "int64 data: wanted int32"),
        (IDS.tobytes()[:-1], "59 bytes: wanted 60"),
        ([1, 2, 3], "12 bytes of data: wanted 60"),
        ([0] * 16, "more data than the tensor has room for"),
    ],
)
def test_a_wrong_input_is_named(values, complaint):
    made = prepared(TEXT)
    with pytest.raises(ValueError, match=complaint):
        made.set_tensor(made.get_input_details()[0]["index"], values)


def test_a_tensor_that_is_no_input_is_refused():
    with pytest.raises(ValueError, match="wanted an input or output"):
        prepared(TEXT).set_tensor(1, b"")
    with pytest.raises(ValueError, match="allocate_tensors"):
        Interpreter(TEXT).set_tensor(0, b"")


def test_unknown_kernels_are_refused():
    with pytest.raises(ValueError, match="kernels 'fast'"):
        Interpreter(TEXT, kernels="fast")
    with pytest.raises(ValueError, match="kernels 'viper'"):
        Interpreter(TEXT, kernels="viper")


def test_metadata_is_found_by_name():
    m = ModelBuilder()
    x = m.tensor([1, 2], scale=1.0)
    y = m.tensor([1, 2], scale=1.0)
    m.op("RELU", [x], [y])
    m.metadata("harken.text", b"settings")
    made = Interpreter(m.build([x], [y]))
    assert made.metadata("harken.text") == b"settings"
    assert made.metadata("other") is None
    at, n = made.metadata_place("harken.text")
    assert n == 8


def test_preserved_tensors_can_be_read():
    made = prepared(TEXT, experimental_preserve_all_tensors=True)
    answer(made, IDS)
    assert len(made.get_tensor(2)) == 1 * 5 * 3 * 6


def test_a_stateful_model_starts_again():
    model = seeds.models()["streaming"]
    made = prepared(model)
    [values] = example(model)
    first = list(answer(made, values))
    assert list(answer(made, values)) != first
    made.reset_variable_tensors()
    assert list(answer(made, values)) == first


def test_allocating_twice_changes_nothing():
    made = prepared(TEXT)
    first = list(answer(made, IDS))
    made.allocate_tensors()
    assert list(answer(made, IDS)) == first


class Partition:
    """A raw flash partition as `esp32.Partition` offers it, with some bytes in front."""

    def __init__(self, data, front):
        self._flash = bytes(front) + data + bytes(-(len(data) + front) % 4096)

    def ioctl(self, what, _):
        return {4: len(self._flash) // 4096, 5: 4096}[what]

    def readblocks(self, block, buffer, offset=0):
        at = block * 4096 + offset
        assert 0 <= at <= len(self._flash) - len(buffer), "read behind the partition"
        memoryview(buffer)[:] = self._flash[at : at + len(buffer)]


@pytest.mark.parametrize("name", sorted(seeds.models()))
@pytest.mark.parametrize("tile", [64, 200, 16384])
def test_weights_in_tiles_give_the_same(name, tile, tmp_path):
    model = seeds.models()[name]
    inputs = example(model)
    wanted = list(answer(prepared(model), *inputs))
    path = tmp_path / "model.tflite"
    path.write_bytes(model)
    try:
        made = prepared(str(path), tile=bytearray(tile))
    except ModelError as error:
        assert "a row of weights has" in str(error)
        return
    assert list(answer(made, *inputs)) == wanted
    assert list(answer(made, *inputs)) == wanted or made._variables
    made.close()


@pytest.mark.parametrize("front", [0, 4096, 12345])
def test_a_partition_is_a_source(front):
    from harken.tflite.sources import PartitionSource

    source = PartitionSource(Partition(TEXT, front), front, len(TEXT))
    assert list(answer(prepared(source), IDS)) == list(answer(prepared(TEXT), IDS))


def test_a_partition_that_is_too_small_is_refused():
    from harken.tflite.sources import PartitionSource

    with pytest.raises(ValueError, match="wanted inside the partition"):
        PartitionSource(Partition(TEXT, 0), 0, 1 << 20)


def test_an_open_file_is_a_source(tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(TEXT)
    with path.open("rb") as file:
        assert list(answer(prepared(file), IDS)) == list(answer(prepared(TEXT), IDS))


def test_anything_else_is_no_source():
    with pytest.raises(ModelError, match="wanted a path, bytes, a file or a partition"):
        Interpreter(17)


def test_interpreters_may_share_an_arena():
    blocks, tile = [bytearray(2048)], bytearray(512)
    models = [seeds.models()[name] for name in ("text", "dense", "image")]
    made = [prepared(model, arena=blocks, tile=tile) for model in models]
    for _ in range(2):
        for model, interpreter in zip(models, made, strict=True):
            inputs = example(model)
            assert list(answer(interpreter, *inputs)) == list(answer(prepared(model), *inputs))


def test_an_arena_that_is_too_small_is_refused():
    with pytest.raises(ModelError, match="the blocks that were given have"):
        prepared(TEXT, arena=[bytearray(32)])


def test_unloading_keeps_prepared_models_running(monkeypatch):
    """As on a board, where code lies in the heap."""
    import sys

    import harken
    from harken import tflite
    from harken.tflite import compat

    made = prepared(TEXT)
    wanted = list(answer(made, IDS))
    index = made.get_output_details()[0]["index"]
    kept = {name: module for name, module in sys.modules.items() if name.startswith("harken")}
    attributes = dict(vars(tflite))
    monkeypatch.setattr(compat, "SMALL", True)
    try:
        tflite.unload()
        assert "harken.tflite.graph" not in sys.modules
        made.set_tensor(0, IDS)
        made.invoke()
        assert list(made.get_tensor(index)) == wanted
    finally:
        sys.modules.update(kept)
        vars(tflite).update(attributes)
        harken.tflite = tflite


def test_every_operator_of_the_registry_has_its_module():
    from harken.tflite import compat, registry

    for row in registry._ROWS.strip().split("\n"):
        assert compat.leaf(registry.module(int(row.split(" ")[0]))).prepare
