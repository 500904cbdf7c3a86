"""The guard's corpus as a dataset, `crisis/LANGUAGE`: its tuned half alone, and everyday talk.

The held-out half is never read here: it is what `harken bench crisis` publishes.
"""

import hashlib
import re

import numpy as np

from harken_toolchain import data
from harken_toolchain.crisis import cases
from harken_toolchain.crisis.cases import Case
from harken_toolchain.crisis.schema import KINDS
from harken_toolchain.data import Example

#: What the model tells: no danger, or its kind, with "/other" where it is somebody else's.
LABELS = ["none", *(kind + end for end in ("", "/other") for kind in KINDS)]
#: Everyday texts by dataset: for training, and for validation and test each.
EVERYDAY = {"goemotions": (6000, 1250), "clinc150": (2500, 500)}
#: Everyday texts with such words are left out: some of them may be dangerous indeed. The list is
#: fixed, so that a change of the lexicon changes no model.
_DARK = re.compile(
    r"\b(di(e|ed|es|ing)|dying|death|dead|kill|murder|suicid|hurt|harm|cut|bleed|blood|abus|rape"
    r"|beat|hit|gun|knife|pill|overdos|hang|jump|shoot|shot|end it|live|life|alive|hopeless)"
)
#: One in so many templates is left to validation, and as many to test.
_TEMPLATES = 10


def load(language: str) -> tuple[list[str], dict[str, list[Example]]]:
    """Labels, and examples by split.

    Validation and test get some templates of every function: no template stands in two splits.

    Raises:
        UserError: the corpus has mistakes, or the public datasets are not on this machine.
    """
    splits: dict[str, list[Example]] = {"train": [], "validation": [], "test": []}
    for case in cases.tuned(language):
        splits[split_of(case)].append(Example(case.text, LABELS.index(label_of(case))))
    for split, rows in splits.items():
        rows += [Example(text, 0) for text in everyday(split)]
    return LABELS, splits


def label_of(case: Case) -> str:
    """What the model is to tell of a case."""
    if not case.dangerous:
        return LABELS[0]
    return case.kind + ("/other" if case.person == "other" else "")


def _draw(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[1:5], "big")


def split_of(case: Case) -> str:
    """The split that a case of the tuned half belongs to."""
    return ("validation", "test", "train")[min(_draw(case.template) % _TEMPLATES, 2)]


def everyday(split: str) -> list[str]:
    """Texts of public datasets without a word of `_DARK`, the same at each call."""
    found: list[str] = []
    for name, (learnt, held) in EVERYDAY.items():
        source = data.load(name).splits["train" if split == "train" else "validation"]
        texts = [source[i].text for i in np.random.default_rng(0).permutation(len(source))]
        start = held if split == "test" else 0
        size = learnt if split == "train" else held
        quiet = (text for text in texts[start:] if not _DARK.search(text.lower()))
        found += [text for _, text in zip(range(size), quiet, strict=False)]
    return found
