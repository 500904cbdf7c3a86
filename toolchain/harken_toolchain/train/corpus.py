"""A dataset as the arrays that a training needs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harken_toolchain import data
from harken_toolchain.data import Example
from harken_toolchain.train import crisis_texts, phrases
from harken_toolchain.train.recipe import Negatives, Recipe, Task


@dataclass(frozen=True)
class Part:
    """One split: its texts and targets.

    `targets` is float32 [texts, labels]: one-hot, multi-hot, or scores with NaN where the
    text has no score for a label. A row of zeros is a text without any of the labels.
    """

    texts: list[str]
    targets: np.ndarray


@dataclass(frozen=True)
class Corpus:
    """The splits of a dataset, and how many test texts were left out because train has them."""

    task: Task
    labels: list[str]
    train: Part
    validation: Part
    test: Part
    seen_in_train: int


def _targets(task: Task, places: dict[int, int], rows: Sequence[Example]) -> np.ndarray:
    """Targets of `rows`; `places` maps a label of the dataset to a column of the model."""
    fill = np.nan if task == "scored_label" else 0.0
    out = np.full((len(rows), len(places)), fill, np.float32)
    for i, row in enumerate(rows):
        if task == "scored_label":
            assert isinstance(row.target, tuple)
            out[i, places[int(row.target[0])]] = row.target[1]
            continue
        found = (row.target,) if isinstance(row.target, int) else row.target
        for label in found:
            if label in places:
                out[i, places[int(label)]] = 1.0
    return out


def _with_validation(splits: dict[str, list[Example]]) -> dict[str, list[Example]]:
    """Cuts every tenth row of train off where a dataset brings no validation part."""
    if splits.get("validation"):
        return splits
    rows = splits["train"]
    return {
        **splits,
        "train": [row for i, row in enumerate(rows) if i % 10 != 9],
        "validation": rows[9::10],
    }


def _examples(name: str) -> tuple[Task, list[str], dict[str, list[Example]]]:
    """Task, labels and splits of a public dataset, of phrases (dialogue/x) or of crisis/en."""
    if name.startswith("crisis/"):
        labels, splits = crisis_texts.load(name.removeprefix("crisis/"))
        return "label", labels, splits
    if "/" in name:
        labels, splits = phrases.load(name)
        return "label", labels, splits
    dataset = data.load(name)
    return dataset.manifest.target, dataset.labels, dataset.splits


def training_texts(name: str) -> list[str]:
    """The texts of a dataset's training part."""
    return [row.text for row in _examples(name)[2]["train"]]


def _negatives(wanted: Negatives) -> dict[str, list[str]]:
    """Texts without a label for each split, drawn with a fixed seed."""
    _, labels, splits = _examples(wanted.dataset)
    left_out = {labels.index(label) for label in wanted.without}
    counts = {"train": wanted.train, "validation": wanted.train // 5, "test": wanted.train}
    draw = np.random.default_rng(0)
    found = {}
    for split, count in counts.items():
        rows = [row.text for row in splits[split] if row.target not in left_out]
        found[split] = [rows[i] for i in draw.permutation(len(rows))[:count]]
    return found


def load(recipe: Recipe) -> Corpus:
    """The corpus of a recipe; test texts that also stand in train are left out."""
    task, names, splits = _examples(recipe.dataset)
    kept = [i for i, label in enumerate(names) if label != recipe.out_of_scope]
    places = {label: column for column, label in enumerate(kept)}
    seen = {row.text for row in splits["train"]}
    splits = _with_validation(splits)
    test = [row for row in splits["test"] if row.text not in seen]
    left_out = len(splits["test"]) - len(test)
    others = _negatives(recipe.negatives) if recipe.negatives else {}

    def part(split: str, rows: Sequence[Example]) -> Part:
        more = others.get(split, [])
        targets = _targets(task, places, rows)
        nothing = np.zeros((len(more), len(places)), np.float32)
        return Part([row.text for row in rows] + more, np.concatenate([targets, nothing]))

    return Corpus(
        task,
        [names[i] for i in kept],
        part("train", splits["train"]),
        part("validation", splits["validation"]),
        part("test", test),
        left_out,
    )
