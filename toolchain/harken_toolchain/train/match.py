"""Matching a teacher's logits: what it is sure of still differs there, as probabilities do not.

Ba and Caruana, Do Deep Nets Really Need to be Deep?, NIPS 2014; for a recurrent student of a
transformer Tang et al., Distilling Task-Specific Knowledge from BERT, 2019.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from harken_toolchain.train.recipe import Task

#: Probabilities are kept this far from 0 and 1.
_LEAST = 1e-7

#: (targets, logits) -> a number for each text.
Loss = Callable[[Any, Any], Any]


def logits_of(task: Task, probabilities: np.ndarray) -> np.ndarray:
    """The logits behind a teacher's probabilities, float32 [texts, labels].

    Those of a single label have a mean of zero: a softmax does not tell their level.
    """
    sure = np.clip(probabilities, _LEAST, 1 - _LEAST)
    if task != "label":
        return np.log(sure / (1 - sure)).astype(np.float32)
    logits = np.log(sure)
    return (logits - logits.mean(1, keepdims=True)).astype(np.float32)


def matching(task: Task, loss: Loss, weight: float, first: float = 0.0) -> Loss:
    """`loss` plus `weight` times the mean squared distance to the teacher's logits.

    `first` is the weight of the cross-entropy of a single label being the first one, or not.
    Its targets hold those of `loss` and behind them the logits, [texts, 2 * labels].
    """
    import tensorflow as tf

    def others(logits: Any) -> Any:
        return tf.reduce_logsumexp(logits[:, 1:], -1) - logits[:, 0]

    def all_of(wanted: Any, logits: Any) -> Any:
        targets, teacher = tf.split(wanted, 2, axis=-1)
        level = tf.reduce_mean(logits, -1, keepdims=True) if task == "label" else 0.0
        distance = tf.reduce_mean(tf.square(logits - level - teacher), -1)
        found = loss(targets, logits) + weight * distance
        if first == 0:
            return found
        goal = tf.sigmoid(others(teacher))
        return found + first * tf.nn.sigmoid_cross_entropy_with_logits(goal, others(logits))

    return all_of
