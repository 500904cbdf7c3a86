"""The steps of `harken compress`: every compression of a trained model, measured alike."""

import gzip
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from harken_toolchain.train import (
    calibration,
    compression,
    compressors,
    distil,
    evaluate,
    folds,
    report,
    run,
)
from harken_toolchain.train.architectures import build
from harken_toolchain.train.compression import Compression, Step
from harken_toolchain.train.compressors import Settings
from harken_toolchain.train.convert import to_tflite
from harken_toolchain.train.fit import Fitted
from harken_toolchain.train.measures import score
from harken_toolchain.train.pack import pack
from harken_toolchain.train.progress import Progress
from harken_toolchain.train.recipe import Recipe, Task
from harken_toolchain.train.report import Metrics
from harken_toolchain.train.run import Packed, Prepared
from harken_toolchain.train.runners import TEXT_RUNNERS, dequantise, fastest, tflm

FLOAT, INT8, DEVICE = "float32", "int8", "int8, device"

_PLAIN = "post-training quantisation"

#: Step, function, numbers in which it is shown, what did it to the named layers.
_STEPS: list[tuple[str, Callable[..., compressors.Wrapped], list[str], str]] = [
    ("pruned", compressors.prune, [FLOAT, INT8], "tfmot, prune_low_magnitude on {}"),
    ("clustered", compressors.cluster, [FLOAT, INT8], "tfmot, cluster_weights on {}"),
    (
        "quantisation-aware",
        compressors.fake_quantise,
        [INT8],
        "tfmot, quantize_annotate_layer on {}, all that it supports; the model is converted as the "
        "others are, after training",
    ),
]


@dataclass(frozen=True)
class _Subject:
    """What is compressed."""

    recipe: Recipe
    data: Prepared
    settings: Settings
    progress: Progress

    @property
    def task(self) -> Task:
        return self.data.corpus.task

    def measured(self, fitted: Fitted, **scores: np.ndarray) -> dict[str, Any]:
        """The measures of the parts in `scores`; thresholds from `fitted`'s validation."""
        parts = {"validation": self.data.validation, "test": self.data.test}
        found = evaluate.MEASURES[self.task](run.settings_of(self.recipe, self.data, fitted))
        return {
            part: {name: measure(parts[part].targets, values) for name, measure in found.items()}
            for part, values in scores.items()
        }

    def in_float(self, fitted: Fitted) -> dict[str, Any]:
        """The measures of the logits in `fitted`."""
        logits = {"validation": fitted.validation, "test": fitted.test}
        scores = {part: calibration.probabilities(self.task, z) for part, z in logits.items()}
        return self.measured(fitted, **scores)


def _sizes(model: bytes) -> dict[str, Any]:
    return {"bytes": len(model), "gzip_bytes": len(gzip.compress(model, 9, mtime=0))}


def _teacher(subject: _Subject) -> Step | None:
    """What the teacher itself reaches; None where the recipe has none."""
    recipe, corpus, settings = subject.recipe, subject.data.corpus, subject.recipe.teacher
    if settings is None:
        return None
    parts = (corpus.validation.texts, corpus.test.texts)
    texts = parts[0] + parts[1]
    found, how = [], []
    if settings.members:
        each = [distil.probabilities(recipe, corpus, part, subject.progress) for part in parts]
        found.append(np.concatenate(each))
        how.append(f"{settings.members} fine-tuned sentence encoder(s)")
    if settings.folds:
        own = corpus.train.texts
        vocabulary = subject.data.vocabulary
        all_ = folds.probabilities(recipe, corpus, vocabulary, own + texts, subject.progress)
        found.append(all_[len(own) :])
        how.append(f"{settings.folds} networks on folds of the training part")
    soft = np.clip(np.mean(found, axis=0), 1e-7, 1 - 1e-7)
    logits = np.log(soft) if subject.task == "label" else np.log(soft / (1 - soft))
    cut = len(parts[0])
    fitted = Fitted(0, [], 1.0, 0.0, logits[:cut], logits[cut:])
    text = " and ".join(how) + ", averaged; not kept in the repository"
    return Step(step="teacher", numbers=FLOAT, how=text, **subject.in_float(fitted))


def _float(subject: _Subject, step: str, fitted: Fitted, how: str) -> Step:
    """A model before quantisation; its size is that of a float .tflite."""
    recipe, data = subject.recipe, subject.data
    none = data.train.ids[:0]
    plain = to_tflite(recipe, subject.task, fitted.weights, fitted.temperature, none)
    model = pack(plain, run.settings_of(recipe, data, fitted), data.vocabulary)
    return Step(step=step, numbers=FLOAT, how=how, **subject.in_float(fitted), **_sizes(model))


def _int8(subject: _Subject, step: str, packed: Packed, how: str) -> Step:
    """A converted model under tflite-micro."""
    model, ids = packed.model, subject.data.validation.ids
    rows = run.collect(f"{step}, validation", tflm(model, ids), len(ids), subject.progress)
    found = subject.measured(
        packed.fitted,
        validation=dequantise(model, rows),
        test=dequantise(model, packed.outputs),
    )
    return Step(step=step, numbers=INT8, how=how, **found, **_sizes(model))


def _converted(subject: _Subject, title: str, fitted: Fitted) -> Packed:
    def show(step: str, done: int, of: int, note: str = "") -> None:
        subject.progress(f"{title}, {step}", done, of, note)

    return run.convert(subject.recipe, subject.data, fitted, show)


def _refitted(subject: _Subject, weights: list[np.ndarray], seed: int) -> Fitted:
    """What the float model with `weights` gives."""
    data, task = subject.data, subject.task
    model = build(subject.recipe, len(data.corpus.labels), training=True)
    model.set_weights(weights)

    def logits(ids: np.ndarray) -> np.ndarray:
        return np.asarray(model.predict(ids, batch_size=512, verbose=0))

    valid, test = logits(data.validation.ids), logits(data.test.ids)
    targets = data.validation.targets
    temperature = calibration.fit_temperature(task, targets, valid)
    reached = score(task, targets, valid)
    return Fitted(seed, weights, temperature, reached, valid / temperature, test / temperature)


def _named(layers: list[str]) -> str:
    """The names with those of one kind, such as head_0 and head_1, counted."""
    kinds = Counter(re.sub(r"_\d+$", "", name) for name in layers)
    return ", ".join(f"{kind} x {count}" if count > 1 else kind for kind, count in kinds.items())


def _compressed(subject: _Subject, student: Fitted) -> Iterator[Step]:
    """Every step of `_STEPS`, each from the float student."""
    epochs = subject.settings.epochs
    for step, kind, numbers, text in _STEPS:
        weights, layers = compressors.apply(
            kind,
            subject.recipe,
            subject.task,
            subject.data.train,
            student.weights,
            subject.settings,
            partial(subject.progress, step, of=epochs),
        )
        if not layers:
            yield Step(step=step, numbers=numbers[-1], how="tfmot supports none of its layers")
            continue
        how = text.format(_named(layers))
        fitted = _refitted(subject, weights, student.seed)
        if FLOAT in numbers:
            yield _float(subject, step, fitted, how)
        packed = _converted(subject, step, fitted)
        yield _int8(subject, step, packed, how)


def _device(subject: _Subject, packed: Packed) -> Step:
    """The int8 model on the device interpreter: its test part alone, which takes long enough."""
    model, texts = packed.model, subject.data.corpus.test.texts
    outputs = TEXT_RUNNERS[fastest()](model, texts)
    rows = run.collect("test, device", outputs, len(texts), subject.progress)
    same = bool((rows == packed.outputs).all())
    how = f"{fastest()} kernels; " + ("equal to" if same else "NOT equal to") + " tflite-micro"
    found = subject.measured(packed.fitted, test=dequantise(model, rows))
    return Step(step=_PLAIN, numbers=DEVICE, how=how, **found, **_sizes(model))


def _as_trained(metrics: Metrics, model: bytes) -> Step:
    """The same row from the training's figures of this very file."""
    assert metrics.device_equals_tflm
    test = {name: figure.value for name, figure in metrics.measures["device"].items()}
    how = "measured by harken train; equal to tflite-micro"
    return Step(step=_PLAIN, numbers=DEVICE, how=how, test=test, **_sizes(model))


def _metrics(recipe: Recipe) -> Metrics | None:
    """The figures of the released model, None where they are missing or of another recipe."""
    path = recipe.folder / "metrics.json"
    if not path.is_file():
        return None
    found = Metrics.model_validate_json(path.read_text())
    return found if found.recipe == recipe.digest() else None


def compress(recipe: Recipe, settings: Settings, progress: Progress) -> Compression:
    """Compresses the float model of a recipe in every way and measures what each leaves.

    It is the released seed, trained anew where the cache does not have it. Writes
    compression.json and, where the model has a card, the card's section.
    """
    start = time.monotonic()
    metrics = _metrics(recipe)
    seed = metrics.released_seed if metrics else recipe.training.seeds[0]
    subject = _Subject(recipe, run.prepare(recipe, progress), settings, progress)
    student = run.fit_seed(recipe, subject.data, seed, progress)
    steps = [step] if (step := _teacher(subject)) else []
    how = "distilled from the teacher" if recipe.teacher else "trained without a teacher"
    steps.append(_float(subject, "student", student, how))
    steps += _compressed(subject, student)
    packed = _converted(subject, _PLAIN, student)
    how = f"{recipe.quantisation.samples} training texts calibrate the activations"
    steps.append(_int8(subject, _PLAIN, packed, how))
    released = recipe.file.is_file() and recipe.file.read_bytes() == packed.model
    trained = metrics if released and metrics and metrics.device_equals_tflm else None
    steps.append(_as_trained(trained, packed.model) if trained else _device(subject, packed))
    table = Compression(
        name=recipe.name,
        recipe=recipe.digest(),
        seed=seed,
        **vars(settings),
        released=released,
        steps=steps,
        seconds=round(time.monotonic() - start, 1),
    )
    compression.write(recipe.folder, table)
    if metrics:
        (recipe.folder / "card.md").write_text(report.card(recipe, metrics))
    return table
