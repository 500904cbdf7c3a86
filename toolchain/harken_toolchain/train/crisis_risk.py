"""The threshold of the guard's model: as much recall as the false alarms allow on validation."""

from collections.abc import Callable, Sequence

import numpy as np
from harken.crisis.model import asked

from harken_toolchain.crisis import cases
from harken_toolchain.train.crisis_texts import LABELS

#: Shares of harmless texts that may be of concern: of the corpus's own, many of which differ from
#: a dangerous one in a few words, and of everyday ones. What they cost is a gentle question.
TWINS, EVERYDAY = 0.2, 0.06
#: No threshold lies below.
_LEAST = 0.3

#: Probabilities of texts, float [texts, labels].
Scores = Callable[[list[str]], np.ndarray]
#: Whether the model has a row for a word.
Knows = Callable[[str], bool]


def threshold(dataset: str, texts: Sequence[str], scores: Scores, knows: Knows) -> float | None:
    """The probability of danger from which on a text is of concern; None for other datasets.

    Args:
        texts: of the validation part.
        scores: of the converted model.
    """
    if not dataset.startswith("crisis/"):
        return None
    known = {case.text: case for case in cases.tuned(dataset.removeprefix("crisis/"))}
    own = [known.get(text) for text in texts]
    twins = np.array([case is not None and case.high == 0 for case in own])
    everyday = np.array([case is None for case in own])
    danger = as_read(texts, scores, knows)
    return round(max(_above(danger[twins], TWINS), _above(danger[everyday], EVERYDAY)), 4)


def as_read(texts: Sequence[str], scores: Scores, knows: Knows) -> np.ndarray:
    """The probability of danger of each text as the guard reads it: the most of its pieces'."""
    parts = [list(asked(text, knows)) for text in texts]
    every = list(dict.fromkeys(piece for part in parts for piece in part))
    danger = dict(zip(every, 1 - scores(every)[:, LABELS.index("none")], strict=True))
    return np.array([max((danger[piece] for piece in part), default=0.0) for part in parts])


def _above(scores: np.ndarray, share: float) -> float:
    """The least threshold that at most `share` of the scores reach."""
    if not len(scores):
        return _LEAST
    allowed = int(share * len(scores))
    return max(_LEAST, float(np.sort(scores)[::-1][allowed]) + 1e-4)
