"""The steps of `harken train`: data, features, fit, convert, pack, measure, write."""

import time
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from harken_toolchain.train import (
    calibration,
    corpus,
    crisis_risk,
    evaluate,
    features,
    measures,
    states,
)
from harken_toolchain.train.convert import to_tflite
from harken_toolchain.train.corpus import Corpus
from harken_toolchain.train.cost import cost
from harken_toolchain.train.distil import soft_labels
from harken_toolchain.train.fit import Arrays, Fitted, fit
from harken_toolchain.train.pack import pack
from harken_toolchain.train.pretrain import Weights, pretrain, texts_of
from harken_toolchain.train.progress import Progress
from harken_toolchain.train.recipe import Recipe
from harken_toolchain.train.report import Metrics, Seed, card
from harken_toolchain.train.runners import TEXT_RUNNERS, Outputs, dequantise, fastest, tflm


@dataclass(frozen=True)
class Prepared:
    """A corpus in arrays, with the vocabulary of its training part."""

    corpus: Corpus
    vocabulary: bytes
    train: Arrays
    validation: Arrays
    test: Arrays
    #: Weights to start from, by layer; empty where the recipe has no pretraining.
    start: Weights


@dataclass(frozen=True)
class Packed:
    """A converted model, its settings, and its int8 outputs on the test part under tflite-micro."""

    fitted: Fitted
    settings: dict[str, Any]
    model: bytes
    outputs: np.ndarray


def prepare(recipe: Recipe, progress: Progress) -> Prepared:
    """Reads and encodes the data of a recipe."""
    progress("data", 0, 4)
    found = corpus.load(recipe)
    lists = texts_of(recipe, found.train.texts) if recipe.pretraining else [found.train.texts]
    vocabulary = features.vocabulary_of(recipe.features, lists)
    parts = []
    for i, part in enumerate((found.train, found.validation, found.test), 1):
        progress("data", i, 4)
        ids = features.encode(recipe.features, vocabulary, part.texts)
        parts.append(Arrays(ids, part.targets))
    progress("data", 4, 4)
    start = pretrain(recipe, vocabulary, lists, progress) if recipe.pretraining else {}
    train, validation, test = parts
    if recipe.teacher:
        labelled = soft_labels(recipe, found, vocabulary, progress)
        ids = features.encode(recipe.features, vocabulary, labelled.texts)
        train = Arrays(ids, labelled.targets, labelled.logits)
    return Prepared(found, vocabulary, train, validation, test, start)


def settings_of(recipe: Recipe, data: Prepared, fitted: Fitted) -> dict[str, Any]:
    """The metadata that the device reads: features, labels, thresholds."""
    task = data.corpus.task
    settings: dict[str, Any] = {
        "version": 1,
        "task": task,
        **features.settings(recipe.features),
        "labels": data.corpus.labels,
    }
    if (found_states := states.mapping(recipe.dataset, data.corpus.labels)) is not None:
        settings["states"] = found_states
    found = calibration.probabilities(task, fitted.validation)
    if task == "labels":
        settings["thresholds"] = calibration.fit_thresholds(data.validation.targets, found)
    if recipe.out_of_scope or recipe.negatives:
        settings["scope_threshold"] = calibration.fit_scope_threshold(
            data.validation.targets, found
        )
    return settings


def collect(step: str, outputs: Outputs, of: int, progress: Progress) -> np.ndarray:
    """The `of` rows of `outputs` in one array."""
    rows = []
    for i, row in enumerate(outputs, 1):
        rows.append(row)
        if i % 20 == 0 or i == of:
            progress(step, i, of)
    return np.stack(rows)


def convert(recipe: Recipe, data: Prepared, fitted: Fitted, progress: Progress) -> Packed:
    """The packed model of a training, and what it gives on the test part."""
    progress("convert", 0, 1)
    picks = np.random.default_rng(fitted.seed).permutation(len(data.corpus.train.texts))
    samples = data.train.ids[picks[: recipe.quantisation.samples]]
    plain = to_tflite(recipe, data.corpus.task, fitted.weights, fitted.temperature, samples)
    settings = settings_of(recipe, data, fitted)
    validation = data.corpus.validation.texts
    scores = partial(_scores, recipe, data.vocabulary, plain)
    knows = features.encoder(recipe.features, data.vocabulary).knows
    if (risk := crisis_risk.threshold(recipe.dataset, validation, scores, knows)) is not None:
        settings["risk"] = risk
    model = pack(plain, settings, data.vocabulary)
    progress("convert", 1, 1)
    ids = data.test.ids
    outputs = collect("test, tflite-micro", tflm(model, ids), len(ids), progress)
    return Packed(fitted, settings, model, outputs)


def _scores(recipe: Recipe, vocabulary: bytes, model: bytes, texts: list[str]) -> np.ndarray:
    """What a converted model says of texts under tflite-micro, float64 [texts, labels]."""
    ids = features.encode(recipe.features, vocabulary, texts)
    return dequantise(model, np.stack(list(tflm(model, ids))))


def _values(data: Prepared, packed: Packed, scores: np.ndarray) -> dict[str, float]:
    found = evaluate.MEASURES[data.corpus.task](packed.settings)
    return {name: measure(data.test.targets, scores) for name, measure in found.items()}


def _seed(data: Prepared, packed: Packed) -> Seed:
    found = calibration.probabilities(data.corpus.task, packed.fitted.test)
    return Seed(
        seed=packed.fitted.seed,
        validation=packed.fitted.score,
        float_test=_values(data, packed, found),
        int8_test=_values(data, packed, dequantise(packed.model, packed.outputs)),
    )


def _calibration(data: Prepared, fitted: Fitted) -> dict[str, float]:
    if data.corpus.task != "label":
        return {}

    def error(logits: np.ndarray) -> float:
        found = calibration.softmax(logits)
        return measures.expected_calibration_error(data.test.targets, found)

    return {"before": error(fitted.test * fitted.temperature), "after": error(fitted.test)}


def train(recipe: Recipe, seeds: list[int], progress: Progress) -> Metrics:
    """Trains, converts, measures and writes the model of a recipe with each of `seeds`.

    The seed with the best validation score is released. Writes NAME.tflite, metrics.json and
    card.md into the recipe's folder.
    """
    start = time.monotonic()
    data = prepare(recipe, progress)
    tried = []
    for seed in seeds:
        fitted = fit_seed(recipe, data, seed, progress)
        tried.append(convert(recipe, data, fitted, progress))
    best = max(tried, key=lambda packed: packed.fitted.score)
    recipe.file.write_bytes(best.model)
    texts = data.corpus.test.texts
    found = TEXT_RUNNERS[fastest()](best.model, texts)
    outputs = collect("test, device", found, len(texts), progress)
    metrics = _metrics(recipe, data, tried, best, outputs)
    metrics.seconds = round(time.monotonic() - start, 1)
    (recipe.folder / "metrics.json").write_text(metrics.model_dump_json(indent=1) + "\n")
    (recipe.folder / "card.md").write_text(card(recipe, metrics))
    return metrics


def fit_seed(recipe: Recipe, data: Prepared, seed: int, progress: Progress) -> Fitted:
    """The float model of a recipe with one seed, from the cache where it is there."""
    epochs = recipe.training.epochs
    step = f"seed {seed}"
    progress(step, 0, epochs)
    watched = measures.WATCHED[data.corpus.task][0]

    def show(epoch: int, reached: float) -> None:
        progress(step, epoch, epochs, f"validation {watched} {reached:.4f}")

    task, parts = data.corpus.task, (data.train, data.validation, data.test)
    return fit(recipe, task, parts, data.start, seed, show)


def _metrics(
    recipe: Recipe, data: Prepared, tried: list[Packed], best: Packed, outputs: np.ndarray
) -> Metrics:
    task, targets = data.corpus.task, data.test.targets
    found: dict[str, np.ndarray] = {
        "float": calibration.probabilities(task, best.fitted.test),
        "tflm": dequantise(best.model, best.outputs),
        "device": dequantise(best.model, outputs),
    }
    seeds = [_seed(data, packed) for packed in tried]
    return Metrics(
        name=recipe.name,
        recipe=recipe.digest(),
        dataset=recipe.dataset,
        labels=len(data.corpus.labels),
        test_texts=len(targets),
        left_out=data.corpus.seen_in_train,
        measures={
            engine: evaluate.evaluate(task, best.settings, targets, scores)
            for engine, scores in found.items()
        },
        released_seed=best.fitted.seed,
        seeds=seeds,
        mean={
            name: float(np.mean([seed.int8_test[name] for seed in seeds]))
            for name in seeds[0].int8_test
        },
        temperature=best.fitted.temperature,
        calibration=_calibration(data, best.fitted),
        device_equals_tflm=bool((outputs == best.outputs).all()),
        cost=cost(best.model),
        seconds=0.0,
    )
