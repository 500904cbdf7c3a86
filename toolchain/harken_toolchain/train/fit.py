"""Trains the float model of a recipe with one seed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from harken_toolchain.errors import UserError
from harken_toolchain.train.architectures import ARCHITECTURES, inference_weights
from harken_toolchain.train.calibration import fit_temperature
from harken_toolchain.train.measures import score
from harken_toolchain.train.recipe import Recipe, Task


@dataclass(frozen=True)
class Arrays:
    """Encoded texts, int32 [texts, tokens, rows], and targets, float32 [texts, labels]."""

    ids: np.ndarray
    targets: np.ndarray


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


def _loss(recipe: Recipe, task: Task, targets: np.ndarray) -> Callable[[Any, Any], Any]:
    """The loss of a task, a function of (targets, logits)."""
    import tensorflow as tf

    smoothing = recipe.training.label_smoothing
    count = targets.shape[1]

    def label(wanted: Any, logits: Any) -> Any:
        none = 1 - tf.reduce_sum(wanted, -1, keepdims=True)
        spread = wanted * (1 - smoothing) + (smoothing * (1 - none) + none) / count
        return tf.nn.softmax_cross_entropy_with_logits(spread, logits)

    frequency = np.maximum(np.nan_to_num(targets).mean(0), 1e-4)
    strength = recipe.training.positive_weight
    weight = np.maximum(strength / np.sqrt(frequency), 1.0) if strength else np.ones(count)
    positive = tf.constant(weight, tf.float32)

    def labels(wanted: Any, logits: Any) -> Any:
        return tf.reduce_sum(tf.nn.weighted_cross_entropy_with_logits(wanted, logits, positive), -1)

    def scored_label(wanted: Any, logits: Any) -> Any:
        known = tf.math.is_finite(wanted)
        goal = tf.where(known, wanted, tf.zeros_like(wanted))
        loss = tf.nn.sigmoid_cross_entropy_with_logits(goal, logits)
        return tf.reduce_sum(tf.where(known, loss, tf.zeros_like(loss)), -1)

    losses = {"label": label, "labels": labels, "scored_label": scored_label}
    return losses[task]


def build(recipe: Recipe, labels: int, training: bool) -> Any:
    """The Keras model of a recipe, before its weights are set.

    Raises:
        UserError: the architecture is unknown.
    """
    kind = recipe.architecture.kind
    if kind not in ARCHITECTURES:
        raise UserError(
            f"{recipe.name}: architecture '{kind}' is unknown",
            f"There are: {', '.join(ARCHITECTURES)}.",
        )
    return ARCHITECTURES[kind](recipe, labels, training)


def _compiled(recipe: Recipe, task: Task, train: Arrays) -> Any:
    import tf_keras as keras

    settings = recipe.training
    model = build(recipe, train.targets.shape[1], training=True)
    steps = -(-len(train.ids) // settings.batch) * settings.epochs
    rate = keras.optimizers.schedules.CosineDecay(settings.learning_rate, steps)
    optimizer = keras.optimizers.Adam(
        rate, use_ema=settings.average > 0, ema_momentum=settings.average or 0.99
    )
    model.compile(optimizer, _loss(recipe, task, train.targets))
    return model


def fit(
    recipe: Recipe,
    task: Task,
    train: Arrays,
    validation: Arrays,
    test_ids: np.ndarray,
    seed: int,
    progress: Progress,
) -> Fitted:
    """Trains with `seed`; the same call gives the same weights on the same machine."""
    import tf_keras as keras

    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    model = _compiled(recipe, task, train)

    def logits(ids: np.ndarray) -> np.ndarray:
        return np.asarray(model.predict(ids, batch_size=512, verbose=0))

    def show(epoch: int, _logs: object = None) -> None:
        progress(epoch + 1, score(task, validation.targets, logits(validation.ids)))

    model.fit(
        train.ids,
        train.targets,
        batch_size=recipe.training.batch,
        epochs=recipe.training.epochs,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=show)],
        verbose=0,
    )
    found = logits(validation.ids)
    reached = score(task, validation.targets, found)
    progress(recipe.training.epochs, reached)
    temperature = fit_temperature(task, validation.targets, found)
    return Fitted(
        seed,
        inference_weights(model, temperature),
        temperature,
        reached,
        found / temperature,
        logits(test_ids) / temperature,
    )
