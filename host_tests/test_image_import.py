"""Models made elsewhere: labels in every form, what is refused, and what packing keeps."""

import json

import numpy as np
import pytest
from harken_toolchain import boards
from harken_toolchain.engine import graph
from harken_toolchain.errors import UserError
from harken_toolchain.imports import bring, convert, labels
from small_models import dense

BOARD = boards.default()
NAMES = ["idle", "wave", "circle"]
HEADER = """
const char* ei_classifier_inferencing_categories[] = { "idle", "wave",
  "circle" };
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("labels.txt", "idle\nwave\n\ncircle\n"),
        ("labels.txt", "\ufeffidle\r\nwave\r\ncircle"),
        ("labels.json", '["idle", "wave", "circle"]'),
        ("labels.json", '{"labels": ["idle", "wave", "circle"]}'),
        ("model_variables.h", HEADER),
    ],
)
def test_labels_are_read_in_every_form(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert labels.read(tmp_path / name) == NAMES


@pytest.mark.parametrize(
    ("text", "said"), [("", "holds no label"), ("a\nb\na\n", "names 'a' more than once")]
)
def test_wrong_labels_are_refused(tmp_path, text, said):
    (tmp_path / "labels.txt").write_text(text)
    with pytest.raises(UserError, match=said):
        labels.read(tmp_path / "labels.txt")


def test_a_model_is_packed_with_its_labels_and_without_names():
    model = dense()
    made = bring.bring(model, NAMES, BOARD, "gesture.tflite")
    assert made.macs == 96 and made.arena > 0 and made.ops == ["FULLY_CONNECTED"]
    assert b"StatefulPartitionedCall" in model and b"StatefulPartitionedCall" not in made.data
    tree = graph.tree(made.data)
    (entry,) = [m for m in tree.metadata if m.name == bring.METADATA.encode()]
    said = json.loads(bytes(tree.buffers[entry.buffer].data))
    assert said["labels"] == NAMES and said["file"] == "gesture.tflite"


def test_packing_twice_keeps_one_set_of_labels():
    once = bring.bring(dense(), NAMES, BOARD, "m").data
    twice = bring.bring(once, ["a", "b", "c"], BOARD, "m").data
    names = [m.name for m in graph.tree(twice).metadata]
    assert names.count(bring.METADATA.encode()) == 1


def test_the_number_of_labels_must_be_that_of_the_outputs():
    with pytest.raises(UserError, match="3 outputs, the label file 2 labels"):
        bring.bring(dense(), NAMES[:2], BOARD, "gesture.tflite")


def test_a_model_with_an_unknown_operator_is_refused_by_name():
    with pytest.raises(UserError, match=r"gesture.tflite does not run on a board: .*"):
        bring.bring(dense(op="ELU"), NAMES, BOARD, "gesture.tflite")


def test_a_model_beyond_the_boards_budget_is_refused():
    with pytest.raises(UserError, match="does not fit esp32_wroom32: arena"):
        bring.bring(dense(depth=20_000), NAMES, BOARD, "wide.tflite")


def test_a_damaged_model_is_refused():
    with pytest.raises(UserError):
        bring.bring(dense()[:200], NAMES, BOARD, "cut.tflite")
    with pytest.raises(UserError, match=r"no \.tflite"):
        bring.bring(b"PK\3\4" * 20, NAMES, BOARD, "zip.tflite")


def test_a_model_that_is_not_there_is_said_plainly(tmp_path):
    with pytest.raises(UserError, match="there is no model"):
        convert.run(tmp_path / "no.keras", tmp_path / "out.tflite", None)


def test_samples_are_read_from_each_kind_of_file(tmp_path):
    rows = np.arange(12, dtype=np.float32).reshape(3, 4)
    np.save(tmp_path / "x.npy", rows)
    np.savez(tmp_path / "x.npz", b=rows, a=rows[:, :2])
    np.savetxt(tmp_path / "x.csv", rows, delimiter=",")
    assert [a.shape for a in convert.samples_of(tmp_path / "x.npy")] == [(3, 4)]
    assert [a.shape for a in convert.samples_of(tmp_path / "x.npz")] == [(3, 2), (3, 4)]
    assert [a.shape for a in convert.samples_of(tmp_path / "x.csv")] == [(3, 4)]
    with pytest.raises(UserError, match=r"neither \.npy"):
        (tmp_path / "x.txt").write_text("")
        convert.samples_of(tmp_path / "x.txt")


MAKE = """
import sys, numpy as np, tf_keras as k
k.utils.set_random_seed(1)
layers = [k.layers.Input((32, 3)), k.layers.Conv1D(8, 3, activation="relu"),
          k.layers.GlobalAveragePooling1D(), k.layers.Dense(3, activation="softmax")]
model = k.Sequential(layers)
model.save("m.h5"), model.export("saved")
np.save("x.npy", np.random.default_rng(1).normal(size=(60, 32, 3)).astype("float32"))
"""


@pytest.mark.slow
def test_keras_and_saved_models_become_int8_and_run(tmp_path):
    import subprocess
    import sys

    pytest.importorskip("tensorflow")
    subprocess.run([sys.executable, "-c", MAKE], cwd=tmp_path, check=True, capture_output=True)
    results = []
    for source, samples in (("m.h5", "x.npy"), ("saved", "x.npy"), ("m.h5", None)):
        out = tmp_path / f"{source}.tflite"
        convert.run(tmp_path / source, out, tmp_path / samples if samples else None)
        read = graph.read(out.read_bytes())
        assert read.inputs[0].dtype == read.outputs[0].dtype == "int8"
        assert read.inputs[0].shape == (1, 32, 3)
        results.append(bring.bring(out.read_bytes(), NAMES, BOARD, source).macs)
    assert results[0] == results[1] == results[2] > 0
    with pytest.raises(UserError, match=r"the samples have the shape \(5,\)"):
        np.save(tmp_path / "wrong.npy", np.zeros((9, 5), np.float32))
        convert.run(tmp_path / "m.h5", tmp_path / "o.tflite", tmp_path / "wrong.npy")
