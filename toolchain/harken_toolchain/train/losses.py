"""The loss of each task."""

from collections.abc import Callable
from typing import Any

import numpy as np

from harken_toolchain.train.recipe import Task


def loss_of(
    task: Task, targets: np.ndarray, smoothing: float, positive_weight: float
) -> Callable[[Any, Any], Any]:
    """The loss of a task, a function of (targets, logits).

    `smoothing` is for single labels; `positive_weight / sqrt(frequency)` for multiple ones.
    """
    import tensorflow as tf

    count = targets.shape[1]

    def label(wanted: Any, logits: Any) -> Any:
        none = 1 - tf.reduce_sum(wanted, -1, keepdims=True)
        spread = wanted * (1 - smoothing) + (smoothing * (1 - none) + none) / count
        return tf.nn.softmax_cross_entropy_with_logits(spread, logits)

    frequency = np.maximum(np.nan_to_num(targets).mean(0), 1e-4)
    weight = np.maximum(positive_weight / np.sqrt(frequency), 1.0)
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
