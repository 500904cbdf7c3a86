"""The thresholds of the guard's model: as much recall as the false alarms allow on validation."""

from collections.abc import Sequence

import numpy as np

from harken_toolchain.crisis import cases
from harken_toolchain.train.crisis_texts import LABELS

#: Shares of harmless texts that may be of concern: of the corpus's own, and of everyday ones.
TWINS, EVERYDAY = 0.05, 0.01
#: The share of all of them that may be high.
_HIGH = 0.001
#: No threshold lies below.
_LEAST = 0.3


def thresholds(dataset: str, texts: Sequence[str], found: np.ndarray) -> list[float] | None:
    """[of danger for concern, of high for high], None for any other dataset.

    Args:
        texts: of the validation part.
        found: their probabilities, float [texts, labels].
    """
    if not dataset.startswith("crisis/"):
        return None
    known = {case.text: case for case in cases.tuned(dataset.removeprefix("crisis/"))}
    own = [known.get(text) for text in texts]
    twins = np.array([case is not None and case.high == 0 for case in own])
    everyday = np.array([case is None for case in own])
    danger = 1 - found[:, LABELS.index("none")]
    high = found[:, LABELS.index("high")]
    harmless = np.array([case is None or case.harmless for case in own])
    concern = max(_above(danger[twins], TWINS), _above(danger[everyday], EVERYDAY))
    return [round(concern, 4), round(_above(high[harmless], _HIGH), 4)]


def _above(scores: np.ndarray, share: float) -> float:
    """The least threshold that at most `share` of the scores reach."""
    if not len(scores):
        return _LEAST
    allowed = int(share * len(scores))
    return max(_LEAST, float(np.sort(scores)[::-1][allowed]) + 1e-4)
