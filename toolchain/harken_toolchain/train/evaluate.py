"""The published figures of a model, task by task."""

from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import BaseModel

from harken_toolchain.train import measures
from harken_toolchain.train.recipe import Task

#: Settings of a packed model, as `harken.text.classify` reads them.
Settings = dict[str, Any]


class Figure(BaseModel):
    """A measure with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


#: Measures by name, each a function of (targets, scores).
Measures = dict[str, measures.Measure]


def _label(settings: Settings) -> Measures:
    found: Measures = {
        "accuracy": measures.accuracy,
        "macro_f1": measures.label_macro_f1,
    }
    if len(settings["labels"]) == 2:
        found["f1"] = measures.second_f1
    threshold = settings.get("scope_threshold")
    if threshold is None:
        return found

    def recall(targets: np.ndarray, scores: np.ndarray) -> float:
        outside = ~measures.in_scope(targets)
        return float((scores[outside].max(1) < threshold).mean())

    def kept(targets: np.ndarray, scores: np.ndarray) -> float:
        inside = measures.in_scope(targets)
        right = targets[inside].argmax(1) == scores[inside].argmax(1)
        return float((right & (scores[inside].max(1) >= threshold)).mean())

    return {
        "in_scope_accuracy": kept,
        "oos_recall": recall,
        "in_scope_accuracy_without_threshold": measures.accuracy,
        "macro_f1": measures.label_macro_f1,
    }


def _labels(settings: Settings) -> Measures:
    least = np.asarray(settings["thresholds"])
    return {
        "macro_f1": lambda targets, scores: measures.macro_f1(targets, scores > least),
        "micro_f1": lambda targets, scores: measures.micro_f1(targets, scores > least),
    }


MEASURES: dict[Task, Callable[[Settings], Measures]] = {
    "label": _label,
    "labels": _labels,
    "scored_label": lambda settings: {"pearson": measures.mean_pearson},
}


def evaluate(
    task: Task, settings: Settings, targets: np.ndarray, scores: np.ndarray
) -> dict[str, Figure]:
    """Every measure of `task` with its interval.

    Args:
        targets: as `corpus.Part` holds them.
        scores: probabilities or scores of the same shape.
    """
    found = {}
    for name, measure in MEASURES[task](settings).items():
        low, high = measures.interval(measure, targets, scores)
        found[name] = Figure(value=measure(targets, scores), low=low, high=high)
    return found
