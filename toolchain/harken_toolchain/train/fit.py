"""Trains the float model of a recipe with one seed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from harken_toolchain.train import kept
from harken_toolchain.train.architectures import build, inference_weights
from harken_toolchain.train.calibration import fit_temperature
from harken_toolchain.train.losses import loss_of
from harken_toolchain.train.match import matching
from harken_toolchain.train.measures import score
from harken_toolchain.train.pretrain import Weights, start_from
from harken_toolchain.train.recipe import Recipe, Task


@dataclass(frozen=True)
class Arrays:
    """Encoded texts, int32 [texts, tokens, rows], and targets, float32 [texts, labels].

    `logits` are a teacher's, of the same shape as the targets, where they are to be matched.
    """

    ids: np.ndarray
    targets: np.ndarray
    logits: np.ndarray | None = None

    def wanted(self) -> np.ndarray:
        """What the loss takes: the targets, and behind them the logits where there are any."""
        if self.logits is None:
            return self.targets
        return np.concatenate([self.targets, self.logits], axis=1)


@dataclass(frozen=True)
class Fitted:
    """A trained model: its weights for conversion and what it gives in float."""

    seed: int
    weights: list[np.ndarray]
    temperature: float
    #: Validation score in float: the task's first measure.
    score: float
    #: Logits divided by the temperature.
    validation: np.ndarray
    test: np.ndarray


#: Called after each epoch with its number from 1 and the validation score.
Progress = Callable[[int, float], None]


def _compiled(recipe: Recipe, task: Task, train: Arrays) -> Any:
    import tf_keras as keras

    settings = recipe.training
    model = build(recipe, train.targets.shape[1], training=True)
    steps = -(-len(train.ids) // settings.batch) * settings.epochs
    rate = keras.optimizers.schedules.CosineDecay(settings.learning_rate, steps)
    optimizer = keras.optimizers.Adam(
        rate, use_ema=settings.average > 0, ema_momentum=settings.average or 0.99
    )
    loss = loss_of(task, train.targets, settings.label_smoothing, settings.positive_weight)
    if train.logits is not None and recipe.teacher:
        loss = matching(task, loss, recipe.teacher.match, recipe.teacher.first)
    model.compile(optimizer, loss)
    return model


#: Train, validation, test.
Parts = tuple[Arrays, Arrays, Arrays]


def fit(
    recipe: Recipe, task: Task, parts: Parts, start: Weights, seed: int, progress: Progress
) -> Fitted:
    """Trains with `seed`, or takes the result of the same training from the cache.

    The same call gives the same weights on the same machine. The targets of the test part
    are not looked at.
    """
    inputs = [part.ids.tobytes() for part in parts]
    inputs += [part.wanted().tobytes() for part in parts[:2]]
    inputs += [weight.tobytes() for name in sorted(start) for weight in start[name]]
    stored = kept.path("fits", recipe.model_dump_json(exclude_defaults=True), str(seed), *inputs)
    found = kept.load(stored)
    if found is None:
        found = _train(recipe, task, parts, start, seed, progress)
        kept.store(stored, found)
    return _fitted(recipe, task, parts[1], found, seed, progress)


def _train(
    recipe: Recipe, task: Task, parts: Parts, start: Weights, seed: int, progress: Progress
) -> dict[str, np.ndarray]:
    """Weights ("weight_000" and so on) and the logits of the validation and the test part."""
    import tf_keras as keras

    train, validation, test = parts
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    model = _compiled(recipe, task, train)
    start_from(model, start)

    def logits(ids: np.ndarray) -> np.ndarray:
        return np.asarray(model.predict(ids, batch_size=512, verbose=0))

    def show(epoch: int, _logs: object = None) -> None:
        progress(epoch + 1, score(task, validation.targets, logits(validation.ids)))

    model.fit(
        train.ids,
        train.wanted(),
        batch_size=recipe.training.batch,
        epochs=recipe.training.epochs,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=show)],
        verbose=0,
    )
    weights = {f"weight_{i:03}": w for i, w in enumerate(inference_weights(model))}
    return {**weights, "validation": logits(validation.ids), "test": logits(test.ids)}


def _fitted(
    recipe: Recipe,
    task: Task,
    validation: Arrays,
    found: dict[str, np.ndarray],
    seed: int,
    progress: Progress,
) -> Fitted:
    reached = score(task, validation.targets, found["validation"])
    progress(recipe.training.epochs, reached)
    temperature = fit_temperature(task, validation.targets, found["validation"])
    return Fitted(
        seed,
        [found[name] for name in sorted(found) if name.startswith("weight_")],
        temperature,
        reached,
        found["validation"] / temperature,
        found["test"] / temperature,
    )
