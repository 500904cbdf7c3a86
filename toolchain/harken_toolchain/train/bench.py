"""The published figures of every released text model, measured from its .tflite."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from harken_toolchain import paths
from harken_toolchain.errors import UserError
from harken_toolchain.train import corpus, evaluate, recipe, robust
from harken_toolchain.train.baseline import baseline
from harken_toolchain.train.corpus import Corpus
from harken_toolchain.train.cost import Cost, cost
from harken_toolchain.train.evaluate import Figure
from harken_toolchain.train.measures import WATCHED
from harken_toolchain.train.progress import Progress
from harken_toolchain.train.recipe import Recipe
from harken_toolchain.train.runners import TEXT_RUNNERS, dequantise, stored_settings


@dataclass(frozen=True)
class Result:
    """What a released model reaches on its test part."""

    recipe: Recipe
    corpus: Corpus
    settings: dict[str, Any]
    figures: dict[str, Figure]
    scores: np.ndarray
    cost: Cost
    #: Mean over the seeds, as the training wrote it into metrics.json.
    mean: dict[str, float]


def recipes() -> list[Recipe]:
    """The recipes of the text models that have a released .tflite."""
    folders = sorted((paths.repository() / "models").glob("*/model.toml"))
    found = [recipe.read(path.parent) for path in folders if recipe.is_text(path)]
    return [one for one in found if one.file.is_file()]


def chosen(names: list[str]) -> list[Recipe]:
    """The released text models of the given names, all of them where none is given.

    Raises:
        UserError: there is none of that name.
    """
    known = {one.name: one for one in recipes()}
    for name in names:
        if name not in known:
            raise UserError(
                f"no released text model '{name}'", f"There are: {', '.join(known) or 'none'}."
            )
    return [known[name] for name in names or known]


def measure(one: Recipe, kernels: str, limit: int | None, progress: Progress) -> Result:
    """Runs the model over the first `limit` texts of its test part."""
    model = one.file.read_bytes()
    data = corpus.load(one)
    texts, targets = data.test.texts[:limit], data.test.targets[:limit]
    rows = []
    for i, row in enumerate(TEXT_RUNNERS[kernels](model, texts), 1):
        rows.append(row)
        progress(one.name, i, len(texts))
    settings = stored_settings(model)
    scores = dequantise(model, np.stack(rows))
    figures = evaluate.evaluate(data.task, settings, targets, scores)
    return Result(one, data, settings, figures, scores, cost(model), _mean(one.folder))


def _mean(folder: Path) -> dict[str, float]:
    path = folder / "metrics.json"
    return json.loads(path.read_text())["mean"] if path.is_file() else {}


@dataclass(frozen=True)
class Compared:
    """A baseline on the same test part."""

    dataset: str
    name: str
    figures: dict[str, Figure]


def compare(result: Result, progress: Progress) -> Compared:
    """Trains the baseline of the result's corpus and measures it on all of its test part."""
    step = f"baseline, {result.recipe.name}"
    progress(step, 0, 1)
    data = result.corpus
    found = baseline(data, "scope_threshold" in result.settings)
    figures = evaluate.evaluate(data.task, found.settings, data.test.targets, found.scores)
    progress(step, 1, 1)
    return Compared(result.recipe.dataset, found.name, figures)


def robustness(result: Result, kernels: str, progress: Progress) -> dict[str, float]:
    """The watched measure under each perturbation, and the share that an identity term changes."""
    one, data = result.recipe, result.corpus
    model = one.file.read_bytes()
    texts, targets = data.test.texts[: len(result.scores)], data.test.targets[: len(result.scores)]
    name, watched = WATCHED[data.task]
    found = {name: watched(targets, result.scores)}

    def outputs(step: str, texts: list[str]) -> np.ndarray:
        rows = []
        for i, row in enumerate(TEXT_RUNNERS[kernels](model, texts), 1):
            rows.append(row)
            progress(f"{one.name}, {step}", i, len(texts))
        return np.stack(rows)

    for kind in robust.PERTURBATIONS:
        scores = dequantise(model, outputs(kind, robust.perturbed(kind, texts)))
        found[f"{name}_{kind}"] = watched(targets, scores)
    swap = robust.swap_test()
    found["identity_swap_changed"] = swap.changed(outputs("identity terms", swap.texts()))
    return found


def summary(
    results: list[Result],
    compared: list[Compared],
    robustness: dict[str, dict[str, float]],
    kernels: str,
) -> dict[str, Any]:
    """Everything as one object for a script."""
    more = {
        f"{result.recipe.dataset}.{name}": value
        for result in results
        for name, value in robustness.get(result.recipe.name, {}).items()
    }
    return {
        "kernels": kernels,
        "measures": {key: value for result in results for key, value in flat(result)} | more,
        "cost": {result.recipe.name: result.cost.model_dump() for result in results},
        "baselines": {
            f"{one.dataset}.{name}": figure.value
            for one in compared
            for name, figure in one.figures.items()
        },
    }


def flat(result: Result) -> Iterator[tuple[str, float]]:
    """The measures by their published names: DATASET.MEASURE, with _low and _high."""
    for name, figure in result.figures.items():
        key = f"{result.recipe.dataset}.{name}"
        yield key, figure.value
        yield f"{key}_low", figure.low
        yield f"{key}_high", figure.high
        if name in result.mean:
            yield f"{key}_mean_over_seeds", result.mean[name]
