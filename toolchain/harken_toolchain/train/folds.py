"""Networks like the student, each trained on all but one part of the training texts.

What they say of a training text comes from the one that has not learnt it, so that their doubt
is honest also there (stacking, Wolpert 1992).
"""

from collections.abc import Iterator

import numpy as np

from harken_toolchain.train import calibration, features
from harken_toolchain.train.architectures import build
from harken_toolchain.train.corpus import Corpus
from harken_toolchain.train.fit import Arrays, Fitted, fit
from harken_toolchain.train.pretrain import Weights
from harken_toolchain.train.progress import Progress
from harken_toolchain.train.recipe import Recipe

_BATCH = 512


def probabilities(
    recipe: Recipe, corpus: Corpus, vocabulary: bytes, texts: list[str], progress: Progress
) -> np.ndarray:
    """float32 [texts, labels] for `texts`, which begin with the training texts."""
    settings = recipe.teacher
    assert settings is not None
    wide = recipe.model_copy(
        update={
            "architecture": settings.fold_architecture,
            "training": settings.fold_training,
            "teacher": None,
            "pretraining": None,
        }
    )
    ids = features.encode(recipe.features, vocabulary, texts)
    own = len(corpus.train.texts)
    valid = Arrays(
        features.encode(recipe.features, vocabulary, corpus.validation.texts),
        corpus.validation.targets,
    )
    labels = len(corpus.labels)
    unseen = np.zeros((own, labels), np.float32)
    other = np.zeros((len(texts) - own, labels), np.float32)
    for fold, (learnt, left) in enumerate(_parts(own, settings.folds), 1):
        train = Arrays(ids[learnt], corpus.train.targets[learnt])
        fitted = _fit(wide, corpus, (train, valid, valid), fold, settings.folds, progress)
        temperature = fitted.temperature * settings.temperature
        found = _logits(wide, labels, fitted, np.concatenate([ids[left], ids[own:]]))
        soft = calibration.probabilities(corpus.task, found / temperature)
        unseen[left] = soft[: len(left)]
        other += soft[len(left) :] / settings.folds
    return np.concatenate([unseen, other])


def _parts(count: int, folds: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For each fold the positions that are learnt and those that are left out."""
    order = np.random.default_rng(0).permutation(count)
    for fold in range(folds):
        left = order[fold::folds]
        yield np.setdiff1d(order, left), np.sort(left)


def _fit(
    recipe: Recipe,
    corpus: Corpus,
    parts: tuple[Arrays, Arrays, Arrays],
    fold: int,
    folds: int,
    progress: Progress,
) -> Fitted:
    def show(epoch: int, reached: float) -> None:
        epochs = recipe.training.epochs
        progress(f"fold {fold} of {folds}", epoch, epochs, f"validation {reached:.4f}")

    nothing: Weights = {}
    return fit(recipe, corpus.task, parts, nothing, fold, show)


def _logits(recipe: Recipe, labels: int, fitted: Fitted, ids: np.ndarray) -> np.ndarray:
    model = build(recipe, labels, training=True)
    model.set_weights(fitted.weights)
    return np.asarray(model.predict(ids, batch_size=_BATCH, verbose=0))
