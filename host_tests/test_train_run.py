"""A whole training on the project's own phrases: small, but through every step."""

import dataclasses
import json
from pathlib import Path

import pytest
from harken.text.classify import Classifier
from harken_toolchain.train import distil, run, search
from harken_toolchain.train import recipe as recipes
from harken_toolchain.train.fit import Arrays, fit
from quiet_progress import quiet

pytest.importorskip("tf_keras")
pytestmark = pytest.mark.slow

RECIPE = """
title = "Small"
summary = "A small model for a test."
release = "measure"
dataset = "dialogue/intents.en"

[features]
tokens = 8
rows = 4
slots = 64
hashed = 64
grams = [2, 3]

[architecture]
kind = "{kind}"
width = 8
units = 4
hidden = {hidden}

[training]
seeds = [1]
epochs = 1

[quantisation]
samples = 20
"""


def small(folder: Path, kind: str, hidden: int = 0) -> recipes.Recipe:
    (folder / "model.toml").write_text(RECIPE.format(kind=kind, hidden=hidden))
    return recipes.read(folder)


@pytest.mark.parametrize(("kind", "hidden"), [("bag", 0), ("bilstm", 0), ("bilstm_bag", 6)])
def test_a_training_writes_model_figures_and_card(
    tmp_path: Path, own_cache: Path, kind: str, hidden: int
):
    recipe = small(tmp_path, kind, hidden)
    metrics = run.train(recipe, [1], quiet)
    assert metrics.device_equals_tflm
    assert metrics.test_texts == 1025
    written = json.loads((tmp_path / "metrics.json").read_text())
    assert written["cost"]["bytes"] == recipe.file.stat().st_size
    card = (tmp_path / "card.md").read_text()
    assert f"{metrics.measures['device']['accuracy'].value:.4f}" in card
    label, confidence = Classifier(str(recipe.file)).classify("hello there")
    assert label in Classifier(str(recipe.file)).labels
    assert 0 <= confidence <= 1


def test_folds_teach_a_student(tmp_path: Path, own_cache: Path):
    recipe = small(tmp_path, "bag")
    folds = recipes.Teacher(members=0, folds=2, variations=1, fold_training=recipe.training)
    taught = run.prepare(recipe.model_copy(update={"teacher": folds}), quiet)
    plain = run.prepare(recipe, quiet)
    own = len(plain.train.targets)
    assert len(taught.train.targets) == 2 * own
    assert (taught.train.ids[:own] == plain.train.ids).all()
    assert taught.train.targets.sum(1) == pytest.approx(1.0, abs=1e-4)
    halves = (plain.train.targets == 1) & (taught.train.targets[:own] >= 0.5)
    assert halves.sum() == own


def test_the_guards_student_reads_the_parts_that_its_model_is_asked_for(
    tmp_path: Path, own_cache: Path
):
    recipe = small(tmp_path, "bag")
    plain = run.prepare(recipe, quiet)
    folds = {"members": 0, "folds": 2, "variations": 0, "fold_training": recipe.training}
    texts = [*plain.corpus.train.texts[:-1], "it was late. nobody came"]
    corpus = dataclasses.replace(
        plain.corpus, train=dataclasses.replace(plain.corpus.train, texts=texts)
    )
    for parts in (False, True):
        teacher = recipes.Teacher(parts=parts, **folds)
        taught = recipe.model_copy(update={"teacher": teacher})
        found = distil.soft_labels(taught, corpus, plain.vocabulary, quiet)
        assert ("it was late" in found.texts) == parts


def test_a_student_matches_its_teachers_logits(tmp_path: Path, own_cache: Path):
    recipe = small(tmp_path, "bag")
    folds = recipes.Teacher(
        members=0, folds=2, variations=1, match=5.0, fold_training=recipe.training
    )
    taught = recipe.model_copy(update={"teacher": folds})
    learnt = run.prepare(taught, quiet).train
    assert learnt.logits is not None
    distances = []
    for train in (Arrays(learnt.ids, learnt.targets), learnt):
        seen = Arrays(learnt.ids, learnt.targets)
        found = fit(taught, "label", (train, seen, seen), {}, 1, lambda epoch, score: None)
        logits = found.validation * found.temperature
        level = logits.mean(1, keepdims=True)
        distances.append(((logits - level - learnt.logits) ** 2).mean())
    assert distances[1] < distances[0]


def test_the_same_seed_gives_the_same_weights(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
):
    recipe = small(tmp_path, "bag")
    data = run.prepare(recipe, quiet)
    parts = (data.train, data.validation, data.test)
    found = []
    for cache in ("one", "two"):
        monkeypatch.setenv("HARKEN_CACHE", str(tmp_path / cache))
        found.append(fit(recipe, "label", parts, {}, 1, lambda epoch, score: None))
    for first, second in zip(found[0].weights, found[1].weights, strict=True):
        assert (first == second).all()


def test_a_search_keeps_to_the_budget_and_goes_on(tmp_path: Path, own_cache: Path):
    pytest.importorskip("optuna")
    recipe = small(tmp_path, "bag")
    for _ in range(2):
        study = search.study_of(recipe, None)
        study.optimize(search.Objective(recipe, 60_000, 16_384, quiet), n_trials=2)
    assert len(study.trials) == 4
    assert all(trial.values[1] <= 60_000 for trial in study.trials if trial.values)
