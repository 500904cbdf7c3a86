"""What is fitted on the validation part after training: temperature and thresholds."""

import numpy as np

from harken_toolchain.train.measures import _f1, in_scope
from harken_toolchain.train.recipe import Task

#: What telling texts out of scope may cost of the accuracy on those in scope.
_PRICE = 0.0025
#: How far a label's threshold lies from the common one towards its own best: of 0, 1/4, 1/2, 3/4
#: and 1 the one with the best macro- and micro-F1 in cross-validation on goemotions' validation.
_OWN = 0.25


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities over the last axis."""
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    return shifted / shifted.sum(-1, keepdims=True)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits))


def probabilities(task: Task, logits: np.ndarray) -> np.ndarray:
    """What the model's last op gives."""
    return softmax(logits) if task == "label" else sigmoid(logits)


def fit_temperature(task: Task, targets: np.ndarray, logits: np.ndarray) -> float:
    """The temperature with the least cross-entropy; 1 for models that give no single label.

    Guo et al., On Calibration of Modern Neural Networks, ICML 2017.
    """
    if task != "label":
        return 1.0
    rows = in_scope(targets)
    true = targets[rows].argmax(1)
    best = (np.inf, 1.0)
    for temperature in np.geomspace(0.25, 4.0, 161):
        found = softmax(logits[rows] / temperature)[np.arange(len(true)), true]
        best = min(best, (-np.log(np.maximum(found, 1e-9)).mean(), float(temperature)))
    return round(best[1], 4)


def _best_threshold(true: np.ndarray, found: np.ndarray, grid: np.ndarray) -> float:
    said = found[:, None] > grid
    hit = (said & true[:, None]).sum(0)
    f1 = _f1(hit, said.sum(0), np.full(len(grid), true.sum()))
    return float(grid[f1.argmax()])


def fit_thresholds(targets: np.ndarray, found: np.ndarray) -> list[float]:
    """A threshold for each label: between the best for all and its own best.

    A rare label's own best threshold is a matter of luck; hence the pull to the common one.
    """
    grid = np.linspace(0.02, 0.9, 89)
    common = _best_threshold((targets > 0.5).ravel(), found.ravel(), grid)
    own = [
        _best_threshold(targets[:, column] > 0.5, found[:, column], grid)
        for column in range(targets.shape[1])
    ]
    return [round(common + _OWN * (threshold - common), 4) for threshold in own]


def fit_scope_threshold(targets: np.ndarray, found: np.ndarray) -> float:
    """The confidence under which a text is out of scope.

    It is the highest one that costs at most `_PRICE` of the accuracy on texts in scope, where a
    text is right if its label is right and its confidence reaches the threshold.
    """
    rows = in_scope(targets)
    confidence = found[rows].max(1)
    right = found[rows].argmax(1) == targets[rows].argmax(1)
    grid = np.linspace(0.0, 0.95, 96)
    affordable = [g for g in grid if (right & (confidence >= g)).mean() >= right.mean() - _PRICE]
    return round(float(affordable[-1]), 4)
