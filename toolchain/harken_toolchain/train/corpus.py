"""A dataset as the arrays that a training needs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harken_toolchain import data
from harken_toolchain.data import Example
from harken_toolchain.train.recipe import Recipe, Task


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


def load(recipe: Recipe) -> Corpus:
    """The corpus of a recipe; test texts that also stand in train are left out."""
    dataset = data.load(recipe.dataset)
    task: Task = dataset.manifest.target
    kept = [i for i, label in enumerate(dataset.labels) if label != recipe.out_of_scope]
    places = {label: column for column, label in enumerate(kept)}
    seen = {row.text for row in dataset.splits["train"]}
    splits = _with_validation(dataset.splits)
    test = [row for row in splits["test"] if row.text not in seen]

    def part(rows: Sequence[Example]) -> Part:
        return Part([row.text for row in rows], _targets(task, places, rows))

    return Corpus(
        task,
        [dataset.labels[i] for i in kept],
        part(splits["train"]),
        part(splits["validation"]),
        part(test),
        len(splits["test"]) - len(test),
    )
