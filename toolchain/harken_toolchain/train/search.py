"""Architecture search: Optuna over a recipe's sizes, with the board's budgets as constraints."""

from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harken_toolchain import paths
from harken_toolchain.train.architectures import EMBEDDING, HEAD, HIDDEN, build
from harken_toolchain.train.fit import fit
from harken_toolchain.train.progress import Progress
from harken_toolchain.train.recipe import Recipe
from harken_toolchain.train.run import Prepared, prepare

if TYPE_CHECKING:
    import optuna

#: Multiply-accumulates of a text that are accepted.
MACS = 1_000_000
#: Bytes of a packed model that are neither weights nor vocabulary: the graph and the metadata.
_GRAPH = 7_000


@dataclass(frozen=True)
class Estimate:
    """What a model of a recipe will cost, told before it is converted."""

    bytes: int
    macs: int
    arena: int


def estimate(recipe: Recipe, labels: int) -> Estimate:
    """Bytes from the weights, multiply-accumulates and the largest tensors from the shapes."""
    model = build(recipe, labels, training=False)
    features, size = recipe.features, recipe.architecture
    once = (HEAD, HIDDEN)
    every_token = sum(
        layer.count_params()
        for layer in model.layers
        if not layer.name.startswith((*once, EMBEDDING))
    )
    heads = sum(layer.count_params() for layer in model.layers if layer.name.startswith(once))
    rows = features.tokens * features.rows
    return Estimate(
        bytes=model.count_params() + 2 * features.slots + _GRAPH,
        macs=features.tokens * every_token + heads,
        arena=rows * size.width + features.tokens * size.width,
    )


def _proposed(recipe: Recipe, trial: "optuna.Trial") -> Recipe:
    features, size = recipe.features, recipe.architecture
    return recipe.model_copy(
        update={
            "features": features.model_copy(
                update={
                    "slots": trial.suggest_int("slots", 512, 6144, step=512),
                    "hashed": trial.suggest_int("hashed", 256, 3072, step=256),
                    "rows": trial.suggest_int("rows", 3, 12),
                }
            ),
            "architecture": size.model_copy(
                update={
                    "width": trial.suggest_int("width", 8, 40, step=4),
                    "units": trial.suggest_int("units", 8, 48, step=8),
                }
            ),
        }
    )


class Objective:
    """Trains a proposed recipe and gives (validation score, bytes, MACs, arena)."""

    def __init__(self, recipe: Recipe, flash: int, arena: int, progress: Progress):
        self._recipe = recipe
        self._flash, self._arena = flash, arena
        self._progress = progress
        self._prepared: dict[str, Prepared] = {}

    def _data(self, recipe: Recipe) -> Prepared:
        key = recipe.encoder_digest() if recipe.pretraining else recipe.features.model_dump_json()
        if key not in self._prepared:
            self._prepared = {key: prepare(recipe, self._progress)}
        return self._prepared[key]

    def __call__(self, trial: "optuna.Trial") -> tuple[float, float, float, float]:
        import optuna

        recipe = _proposed(self._recipe, trial)
        data = self._data(recipe)
        cost = estimate(recipe, len(data.corpus.labels))
        limits = (self._flash, MACS, self._arena)
        over = [found - limit for found, limit in zip(astuple(cost), limits, strict=True)]
        for name, value in zip(("bytes", "macs", "arena"), over, strict=True):
            trial.set_constraint(name, value)
        if max(over) > 0:
            raise optuna.TrialPruned(f"{cost} is over the budget")
        step = f"trial {trial.number}"
        epochs = recipe.training.epochs

        def show(epoch: int, score: float) -> None:
            self._progress(step, epoch, epochs, f"{score:.4f}, {cost.bytes:,} bytes")

        parts = (data.train, data.validation, data.test)
        seed = recipe.training.seeds[0]
        found = fit(recipe, data.corpus.task, parts, data.start, seed, show)
        return found.score, cost.bytes, cost.macs, cost.arena


def study_of(recipe: Recipe, storage: str | None) -> "optuna.Study":
    """The study of a recipe: SQLite in the cache, or in `storage` for many machines."""
    import optuna

    if storage is None:
        file = paths.cache() / "studies" / f"{recipe.name}.db"
        file.parent.mkdir(parents=True, exist_ok=True)
        storage = f"sqlite:///{file}"
    return optuna.create_study(
        study_name=recipe.name,
        storage=storage,
        load_if_exists=True,
        directions=["maximize", "minimize", "minimize", "minimize"],
        sampler=optuna.samplers.TPESampler(seed=recipe.training.seeds[0]),
    )


def plot(study: "optuna.Study", path: Path) -> None:
    """Draws validation score over bytes: all trials, and the Pareto front."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 5))
    axes = figure.add_subplot()
    done = [trial for trial in study.trials if trial.values]
    front = sorted(study.best_trials, key=lambda trial: trial.values[1])
    for trials, style in ((done, "."), (front, "o-")):
        axes.plot([t.values[1] / 1024 for t in trials], [t.values[0] for t in trials], style)
    axes.set_xlabel("KB")
    axes.set_ylabel("validation score")
    axes.legend(["trials", "Pareto front"])
    figure.savefig(path, dpi=120, bbox_inches="tight")
