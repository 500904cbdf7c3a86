"""The released text models: they load, fit their budgets, and answer alike everywhere."""

import json
from pathlib import Path

import numpy as np
import pytest
from harken.text.classify import Classifier
from harken.tflite import ModelError
from harken_toolchain.engine.builder import ModelBuilder
from harken_toolchain.train import bench, features, runners, text_cost
from harken_toolchain.train.recipe import Recipe

RELEASED = bench.recipes()
TEXTS = ["i feel so alone tonight", "this makes me so happy!!! 😀", "", "é" * 10000]
ONE, ALL = 160 * 1024, 512 * 1024


@pytest.fixture(params=RELEASED, ids=lambda one: one.name)
def one(request: pytest.FixtureRequest) -> Recipe:
    return request.param


def test_some_models_are_released():
    assert RELEASED


def test_it_fits_its_budget(one: Recipe):
    metrics = json.loads((one.folder / "metrics.json").read_text())
    size = one.file.stat().st_size
    assert size == metrics["cost"]["bytes"]
    assert size <= (256 * 1024 if one.name == "goemotions" else ONE)
    assert metrics["cost"]["macs"] <= 1_000_000
    assert metrics["cost"]["arena"] <= 16_384


def test_its_figures_were_measured_on_the_device_and_equal_tflite_micro(one: Recipe):
    metrics = json.loads((one.folder / "metrics.json").read_text())
    assert metrics["device_equals_tflm"]
    assert metrics["measures"]["device"] == metrics["measures"]["tflm"]
    assert metrics["recipe"] == one.digest()


def test_it_answers_any_text(one: Recipe):
    classifier = Classifier(str(one.file), kernels="portable")
    for text in TEXTS:
        scores = classifier.scores(text)
        assert len(scores) == len(classifier.labels)
        assert all(0 <= score <= 1 for score in scores)


def test_the_device_equals_tflite_micro(one: Recipe):
    model = one.file.read_bytes()
    classifier = Classifier(model, kernels="portable")
    table = classifier._encoder._vocabulary
    raw = bytearray(2 * table.slots)
    table._source.readinto(table._offset, raw)
    ids = features.encode(one.features, bytes(raw), TEXTS)
    wanted = list(runners.tflm(model, ids))
    found = [np.asarray(classifier.quantised(text), np.int8) for text in TEXTS]
    assert np.array_equal(wanted, found)


@pytest.mark.micropython
@pytest.mark.slow
def test_micropython_answers_alike(one: Recipe, runtime: list[str]):
    model = one.file.read_bytes()
    texts = TEXTS[:3]
    wanted = list(runners.portable(model, texts))
    assert np.array_equal(wanted, list(runners.viper(model, texts)))


def test_answers_do_not_depend_on_what_was_asked_before():
    classifier = Classifier(str(RELEASED[0].file), kernels="portable")
    first = list(classifier.quantised(TEXTS[0]))
    classifier.quantised(TEXTS[1])
    assert list(classifier.quantised(TEXTS[0])) == first


def test_another_model_is_refused():
    model = ModelBuilder()
    a = model.tensor([1, 4], "int8", scale=0.5)
    b = model.tensor([1, 4], "int8", scale=0.5)
    model.op("RELU", [a], [b])
    with pytest.raises(ModelError, match="no text model"):
        Classifier(model.build([a], [b]))


def test_all_of_them_fit_together():
    sizes = {one.name: one.file.stat().st_size for one in RELEASED if one.release != "measure"}
    assert text_cost.on_one_board(sizes) <= ALL
    assert all(Path(one.folder, "card.md").is_file() for one in RELEASED)
