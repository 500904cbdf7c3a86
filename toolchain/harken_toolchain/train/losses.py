"""The loss of each task."""

from collections.abc import Callable
from typing import Any

import numpy as np

from harken_toolchain.train.recipe import Recipe, Task


def loss_of(recipe: Recipe, task: Task, targets: np.ndarray) -> Callable[[Any, Any], Any]:
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
