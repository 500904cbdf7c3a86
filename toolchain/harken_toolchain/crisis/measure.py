"""The guard's figures: recall and false alarms on the corpus and on public data."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from harken_toolchain import data
from harken_toolchain.crisis.cases import Case
from harken_toolchain.crisis.obfuscate import KINDS, obfuscate
from harken_toolchain.crisis.schema import folder
from harken_toolchain.data import Example

Look = Callable[[str], int]
SEEDS = range(5)
#: Public data sets of everyday talk, and the share of their lines that may be high.
SHARES = {"goemotions": 0.004, "clinc150": 0.0005}


@dataclass(frozen=True)
class Measure:
    """A share with its counts, and the target it must reach."""

    name: str
    hits: int
    total: int
    target: float | None = None
    at_most: bool = False

    @property
    def value(self) -> float:
        """The share; 0 where there is nothing."""
        return self.hits / self.total if self.total else 0.0

    @property
    def passed(self) -> bool:
        """Whether the target is met; true without one."""
        if self.target is None:
            return True
        return self.value <= self.target if self.at_most else self.value >= self.target


def recall(name: str, look: Look, texts: Iterable[str], target: float | None = None) -> Measure:
    """The share of texts at `concern` or above."""
    levels = [look(text) for text in texts]
    return Measure(name, sum(level >= 1 for level in levels), len(levels), target)


def alarms(
    name: str, look: Look, texts: Iterable[str], least: int, target: float | None = None
) -> Measure:
    """The share of texts at `least` or above, which should be small."""
    levels = [look(text) for text in texts]
    return Measure(name, sum(level >= least for level in levels), len(levels), target, True)


def corpus(look: Look, cases: list[Case], prefix: str) -> list[Measure]:
    """Recall on danger and false alarms on the harmless twins of one half of the corpus."""
    danger = [case.text for case in cases if case.dangerous]
    twins = [case for case in cases if case.harmless]
    quiet = [case.text for case in twins if case.high == 0]
    high = [case for case in cases if case.low >= 2]
    return [
        recall(f"{prefix}.recall_concern", look, danger, 0.99),
        Measure(f"{prefix}.recall_high", sum(look(c.text) >= 2 for c in high), len(high)),
        *_by_kind(look, cases, prefix),
        alarms("twins.false_high", look, [case.text for case in twins], 2, 0.02),
        alarms("twins.false_concern", look, quiet, 1, 0.08),
    ]


def unseen(look: Look, cases: list[Case]) -> list[Measure]:
    """Recall and false alarms on the texts of writers on whose figures nothing was chosen."""
    danger = [case.text for case in cases if case.dangerous]
    harmless = [case.text for case in cases if case.harmless]
    quiet = [case.text for case in cases if case.high == 0]
    return [
        recall("unseen.recall_concern", look, danger),
        alarms("unseen.false_high", look, harmless, 2),
        alarms("unseen.false_concern", look, quiet, 1),
    ]


def _by_kind(look: Look, cases: list[Case], prefix: str) -> list[Measure]:
    danger = [case for case in cases if case.dangerous]
    return [
        recall(f"{prefix}.{kind}", look, [case.text for case in danger if case.kind == kind])
        for kind in dict.fromkeys(case.kind for case in danger)
    ]


def obfuscated(look: Look, cases: list[Case]) -> list[Measure]:
    """Recall after each kind of disguise over five seeds, and over all of them."""
    danger = [case.text for case in cases if case.dangerous]
    found = []
    for kind in KINDS:
        texts = [obfuscate(text, kind, seed) for seed in SEEDS for text in danger]
        found.append(recall(f"obfuscated.{kind}", look, texts))
    hits, total = sum(m.hits for m in found), sum(m.total for m in found)
    return [Measure("obfuscated.recall_concern", hits, total, 0.95), *found]


def dataset(name: str) -> list[Example] | None:
    """The test part of a public data set, or None when it is not on this machine."""
    return data.load(name).splits["test"] if data.located(name) else None


def public(look: Look) -> list[Measure]:
    """The shares of everyday talk that are raised, of the data sets on this machine."""
    found = []
    for name, target in SHARES.items():
        rows = dataset(name)
        if rows is None:
            continue
        levels = [look(row.text) for row in rows]
        high, concern = (sum(level >= least for level in levels) for least in (2, 1))
        found.append(Measure(f"{name}.share_high", high, len(levels), target, True))
        found.append(Measure(f"{name}.share_concern", concern, len(levels)))
    return found


def judged(name: str) -> set[int]:
    """The numbers of the lines of a data set that `judged.toml` holds a judgement on."""
    file = tomllib.loads((folder() / "judged.toml").read_text(encoding="utf-8"))
    return {number for lines in file.get(name, {}).values() for number in lines}


def sdcnl_rows(part: str) -> list[tuple[str, bool]]:
    """Texts of sdcnl and whether they are labelled suicidal; part is `train` or `test`."""
    loaded = data.load("sdcnl")
    suicidal = loaded.labels.index("suicidal")
    return [(row.text, row.target == suicidal) for row in loaded.splits[part]]


def length_baseline() -> tuple[float, float, float]:
    """Telling sdcnl's labels by length alone: accuracy, recall and false alarms on test.

    The threshold in characters and its direction are the best ones on the training part.
    """
    train = sdcnl_rows("train")
    best: tuple[float, int, bool] = (0.0, 0, True)
    for threshold in sorted({len(text) for text, _ in train}):
        right = sum((len(text) >= threshold) == label for text, label in train)
        for above, count in ((True, right), (False, len(train) - right)):
            best = max(best, (count / len(train), threshold, above))
    _, threshold, above = best
    rows = [((len(t) >= threshold) == above, label) for t, label in sdcnl_rows("test")]
    return _rates(rows)


def _rates(rows: list[tuple[bool, bool]]) -> tuple[float, float, float]:
    positive = [said for said, label in rows if label]
    negative = [said for said, label in rows if not label]
    accuracy = sum(said == label for said, label in rows) / len(rows)
    return accuracy, sum(positive) / len(positive), sum(negative) / len(negative)


def sdcnl(look: Look, least: int = 1) -> tuple[float, float, float]:
    """Accuracy, recall and false alarms on sdcnl's test part at `least` or above."""
    rows = [(look(text) >= least, label) for text, label in sdcnl_rows("test")]
    return _rates(rows)
