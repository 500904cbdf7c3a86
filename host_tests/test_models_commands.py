"""`harken verify`, `check`, `profile` and `bench engine` as a person or a script calls them."""

import json

import numpy as np
import pytest
from harken_toolchain import cli, paths
from harken_toolchain.engine import graph, zoo
from harken_toolchain.engine.builder import ModelBuilder
from harken_toolchain.errors import UserError
from typer.testing import CliRunner

FOLDER = paths.repository() / zoo.FOLDER


@pytest.fixture
def harken():
    """Runs a command line; the result has `exit_code` and `stdout`."""
    app = cli.build()
    return lambda *arguments: CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def flipped(tmp_path):
    """The 1D-CNN with one bit of a weight turned over in its last dense layer."""
    model = (FOLDER / "cnn_1d.tflite").read_bytes()
    dense = [op for op in graph.read(model).ops if op.name == "FULLY_CONNECTED"][-1]
    tree = graph.tree(model)
    weights = bytes(tree.buffers[tree.subgraphs[0].tensors[dense.inputs[1].index].buffer].data)
    changed = bytearray(model)
    changed[model.find(weights)] ^= 0x40
    path = tmp_path / "flipped.tflite"
    path.write_bytes(changed)
    return path


def test_verify_says_equal_and_exits_0(harken):
    done = harken("verify", FOLDER / "text_cnn.tflite", "--samples", 3, "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert found["equal"] and found["samples"] == 3
    assert found["outputs"][0]["compared"] == 18 and found["outputs"][0]["mismatches"] == 0


def test_verify_names_the_first_difference_of_a_flipped_byte(harken, flipped):
    done = harken("verify", FOLDER / "cnn_1d.tflite", "--samples", 4, "--device-model", flipped)
    assert done.exit_code == 1
    assert "first difference: sample" in done.stdout
    assert "first layer that differs: op" in done.stdout and "FULLY_CONNECTED" in done.stdout


def test_verify_takes_inputs_from_a_file(harken, tmp_path):
    frames = np.random.default_rng(1).integers(-128, 128, (5, 1, 1, 1, 8)).astype(np.int8)
    np.save(tmp_path / "frames.npy", frames)
    streaming = FOLDER / "streaming.tflite"
    done = harken("verify", streaming, "--inputs", tmp_path / "frames.npy", "--json")
    assert done.exit_code == 0 and json.loads(done.stdout)["samples"] == 5


def test_verify_refuses_inputs_of_another_shape(harken, tmp_path):
    np.save(tmp_path / "frames.npy", np.zeros((3, 2), np.int8))
    done = harken("verify", FOLDER / "streaming.tflite", "--inputs", tmp_path / "frames.npy")
    assert isinstance(done.exception, UserError)
    assert "int8[3, 2]" in str(done.exception) and "int8[1, 1, 1, 8]" in done.exception.hint


def test_verify_refuses_what_is_no_model(harken, tmp_path):
    (tmp_path / "notes.tflite").write_bytes(b"not a model at all")
    done = harken("verify", tmp_path / "notes.tflite")
    assert isinstance(done.exception, UserError) and "TFL3" in str(done.exception)


def test_viper_does_not_run_on_cpython(harken):
    model = FOLDER / "text_cnn.tflite"
    done = harken("verify", model, "--kernels", "viper", "--runtime", "cpython")
    assert isinstance(done.exception, UserError)
    assert "viper" in str(done.exception) and "micropython" in done.exception.hint


def test_random_indices_stay_inside_their_table():
    from harken_toolchain.engine import inputs

    read = graph.read((FOLDER / "bilstm_attention.tflite").read_bytes())
    assert inputs.bound_of(read, read.inputs[0]) == 160
    assert all(
        sample[0].min() >= 0 and sample[0].max() < 160 for sample in inputs.random(read, 20, 1)
    )


def test_check_fits(harken, runtime):
    done = harken("check", FOLDER / "image_cnn.tflite", "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 0 and found["fits"]
    limits = {one["what"]: one for one in found["limits"]}
    assert limits["arena"]["found"] <= limits["arena"]["allowed"]
    assert found["macs"] == 89_328 and found["ms"] > 0


def test_check_names_unsupported_operators_with_their_layer(harken, tmp_path):
    model = ModelBuilder()
    a = model.tensor([1, 4], "float32", name="spectrum")
    b = model.tensor([1, 4], "float32", name="encoder/log")
    model.op("LOG", [a], [b])
    path = tmp_path / "log.tflite"
    path.write_bytes(model.build([a], [b]))
    done = harken("check", path)
    assert done.exit_code == 1
    assert "LOG is not supported: op 0, layer 'encoder/log'" in done.stdout


def test_check_says_what_does_not_fit(harken, tmp_path):
    model = ModelBuilder()
    same = {"scale": 0.1, "zero_point": 0}
    a = model.tensor([1, 40_000], "int8", **same)
    b = model.tensor([1, 40_000], "int8", **same)
    model.op("RELU", [a], [b])
    path = tmp_path / "wide.tflite"
    path.write_bytes(model.build([a], [b]))
    done = harken("check", path, "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 1 and not found["fits"]
    assert any(not one["fits"] for one in found["limits"]) or found["problems"]


@pytest.mark.parametrize("kernels", ["lx6", "viper", "portable"])
def test_profile_adds_up(harken, kernels):
    done = harken("profile", FOLDER / "residual_cnn.tflite", "--kernels", kernels, "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert found["macs"] == sum(layer["macs"] for layer in found["layers"]) == 1_629_168
    assert found["instructions"] == sum(layer["instructions"] for layer in found["layers"])
    assert found["ms"] == pytest.approx(
        sum(layer["ms"] + layer["read_ms"] for layer in found["layers"]), abs=0.01
    )


@pytest.mark.slow
def test_bench_prints_exactly_the_agreed_keys(harken):
    done = harken("bench", "engine", "--cases", 1, "--mutants", 50, "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert set(found) == {"models", "ops", "mutants"}
    keys = {"name", "arena", "tflm_arena", "mismatches", "macs"}
    assert all(set(one) == keys for one in found["models"])
    assert set(found["ops"]) == {"tested", "mismatches"} and found["ops"]["tested"] >= 52
    assert set(found["mutants"]) == {"tried", "model_errors", "exact", "other"}
