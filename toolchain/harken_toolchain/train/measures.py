"""Measures of classifiers and regressors, with bootstrap intervals.

`targets` is float [texts, labels] (see `corpus.Part`), `scores` of the same shape: logits,
probabilities or scores, where only their order, a threshold or a correlation counts.
"""

from collections.abc import Callable

import numpy as np

from harken_toolchain.train.recipe import Task

#: A measure of (targets, scores).
Measure = Callable[[np.ndarray, np.ndarray], float]


def _f1(hit: np.ndarray, said: np.ndarray, true: np.ndarray) -> np.ndarray:
    total = said + true
    return np.divide(2.0 * hit, total, out=np.zeros(len(total)), where=total > 0)


def _counts(targets: np.ndarray, said: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    true = targets > 0.5
    return (true & said).sum(0), said.sum(0), true.sum(0)


def one_hot(scores: np.ndarray) -> np.ndarray:
    """Bool [texts, labels]: the best label of each text."""
    return np.arange(scores.shape[1]) == scores.argmax(1)[:, None]


def in_scope(targets: np.ndarray) -> np.ndarray:
    """Bool [texts]: whether a text has any of the labels."""
    return targets.sum(1) > 0


def accuracy(targets: np.ndarray, scores: np.ndarray) -> float:
    """Share of the texts that have a label whose best score is that label."""
    rows = in_scope(targets)
    return float((targets[rows].argmax(1) == scores[rows].argmax(1)).mean())


def macro_f1(targets: np.ndarray, said: np.ndarray) -> float:
    """Mean F1 of the labels that stand in `targets`; `said` is bool [texts, labels]."""
    hit, count, true = _counts(targets, said)
    return float(_f1(hit, count, true)[true > 0].mean())


def micro_f1(targets: np.ndarray, said: np.ndarray) -> float:
    """F1 over all pairs of text and label; `said` is bool [texts, labels]."""
    hit, count, true = (part.sum(keepdims=True) for part in _counts(targets, said))
    return float(_f1(hit, count, true)[0])


def label_macro_f1(targets: np.ndarray, scores: np.ndarray) -> float:
    """Macro-F1 of the best label."""
    rows = in_scope(targets)
    return macro_f1(targets[rows], one_hot(scores[rows]))


def second_f1(targets: np.ndarray, scores: np.ndarray) -> float:
    """F1 of the second of two labels: the one that is looked for."""
    return macro_f1(targets[:, 1:], one_hot(scores)[:, 1:])


def mean_pearson(targets: np.ndarray, scores: np.ndarray) -> float:
    """Mean over the labels of Pearson's correlation, on the texts that have a score for it."""
    found = []
    for column in range(targets.shape[1]):
        rows = np.isfinite(targets[:, column])
        found.append(np.corrcoef(targets[rows, column], scores[rows, column])[0, 1])
    return float(np.mean(found))


def average_precision(targets: np.ndarray, scores: np.ndarray) -> float:
    """Mean over the labels of the average precision: a threshold-free score."""
    found = []
    for column in range(targets.shape[1]):
        order = np.argsort(-scores[:, column], kind="stable")
        true = targets[order, column] > 0.5
        if true.any():
            precision = np.cumsum(true) / np.arange(1, len(true) + 1)
            found.append(precision[true].mean())
    return float(np.mean(found))


#: What a training watches on the validation part.
WATCHED: dict[Task, tuple[str, Measure]] = {
    "label": ("accuracy", accuracy),
    "labels": ("average_precision", average_precision),
    "scored_label": ("pearson", mean_pearson),
}


def score(task: Task, targets: np.ndarray, scores: np.ndarray) -> float:
    """The watched measure of a task."""
    return WATCHED[task][1](targets, scores)


def interval(
    measure: Measure, targets: np.ndarray, scores: np.ndarray, rounds: int = 1000
) -> tuple[float, float]:
    """Bounds of the 95 % percentile bootstrap interval over texts (fixed seed)."""
    random = np.random.default_rng(20_26)
    found = []
    for _ in range(rounds):
        rows = random.integers(0, len(targets), len(targets))
        found.append(measure(targets[rows], scores[rows]))
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)


def expected_calibration_error(targets: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean gap between confidence and accuracy over 15 equal bins (Guo et al., ICML 2017)."""
    rows = in_scope(targets)
    confidence = probabilities[rows].max(1)
    right = targets[rows].argmax(1) == probabilities[rows].argmax(1)
    bins = np.minimum((confidence * 15).astype(int), 14)
    gaps = [
        abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
        for b in range(15)
        if (bins == b).any()
    ]
    return float(sum(gaps))
