"""Baselines for comparison: TF-IDF of words and character n-grams with a linear model.

Everything that can be chosen is chosen on the validation part.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from harken_toolchain.train import calibration, measures
from harken_toolchain.train.corpus import Corpus
from harken_toolchain.train.recipe import Task

_STRENGTHS = (0.1, 0.3, 1.0, 3.0)


@dataclass(frozen=True)
class Baseline:
    """Scores on the test part, and the settings that `evaluate` needs."""

    name: str
    settings: dict[str, Any]
    scores: np.ndarray


def _features(corpus: Corpus) -> tuple[Any, Any, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    both = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=3),
    )
    train = both.fit_transform(corpus.train.texts)
    return train, both.transform(corpus.validation.texts), both.transform(corpus.test.texts)


def _svm(corpus: Corpus, strength: float, train: Any) -> Any:
    from sklearn.svm import LinearSVC

    rows = measures.in_scope(corpus.train.targets)
    return LinearSVC(C=strength).fit(train[rows], corpus.train.targets[rows].argmax(1))


def _each_label(corpus: Corpus, strength: float, train: Any) -> Any:
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.svm import LinearSVC

    return OneVsRestClassifier(LinearSVC(C=strength)).fit(train, corpus.train.targets > 0.5)


class _Ridges:
    """One ridge regression a label, on the texts that have a score for it."""

    def __init__(self, corpus: Corpus, strength: float, train: Any):
        from sklearn.linear_model import Ridge

        self._models = []
        for column in range(len(corpus.labels)):
            wanted = corpus.train.targets[:, column]
            rows = np.isfinite(wanted)
            self._models.append(Ridge(alpha=1 / strength).fit(train[rows], wanted[rows]))

    def decision_function(self, rows: Any) -> np.ndarray:
        return np.stack([model.predict(rows) for model in self._models], 1)


_FIT: dict[Task, tuple[str, Any]] = {
    "label": ("TF-IDF + linear SVM", _svm),
    "labels": ("TF-IDF + linear SVM", _each_label),
    "scored_label": ("TF-IDF + ridge regression", _Ridges),
}


def baseline(corpus: Corpus, out_of_scope: bool) -> Baseline:
    """The best baseline for the corpus by its validation score."""
    train, validation, test = _features(corpus)
    name, fit = _FIT[corpus.task]
    best: tuple[float, Any] | None = None
    for strength in _STRENGTHS:
        model = fit(corpus, strength, train)
        found = _scores(model, validation)
        reached = measures.score(corpus.task, corpus.validation.targets, found)
        if best is None or reached > best[0]:
            best = (reached, model)
    assert best is not None
    found = _scores(best[1], validation)
    return Baseline(name, _settings(corpus, found, out_of_scope), _squash(_scores(best[1], test)))


def _scores(model: Any, rows: Any) -> np.ndarray:
    found = model.decision_function(rows)
    return found if found.ndim == 2 else np.stack([-found, found], 1)


def _squash(scores: np.ndarray) -> np.ndarray:
    return calibration.sigmoid(scores)


def _settings(corpus: Corpus, scores: np.ndarray, out_of_scope: bool) -> dict[str, Any]:
    targets, found = corpus.validation.targets, _squash(scores)
    settings: dict[str, Any] = {"labels": corpus.labels}
    if corpus.task == "labels":
        settings["thresholds"] = calibration.fit_thresholds(targets, found)
    if out_of_scope:
        settings["scope_threshold"] = calibration.fit_scope_threshold(targets, found)
    return settings
