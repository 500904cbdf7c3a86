"""One encoder with a head for each task, against an encoder for each: what sharing costs.

Both are trained alike, in float, on the true labels of the training parts, with the features, sizes
and settings of one recipe. (Caruana, Multitask Learning, Machine Learning 28, 1997.)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harken_toolchain.train import corpus, features, measures
from harken_toolchain.train.architectures import build
from harken_toolchain.train.corpus import Corpus
from harken_toolchain.train.losses import loss_of
from harken_toolchain.train.progress import Progress
from harken_toolchain.train.recipe import Recipe

_SEED = 1


@dataclass(frozen=True)
class Outcome:
    """Validation scores of one task, and the weights of the network that reached each."""

    task: str
    measure: str
    apart: float
    together: float
    weights_apart: int
    weights_together: int


def compare(base: Recipe, tasks: Sequence[Recipe], progress: Progress) -> list[Outcome]:
    """Trains one network a task and one for all `tasks`, each with the settings of `base`."""
    corpora = [corpus.load(task) for task in tasks]
    together, all_weights = _learn("shared", base, corpora, progress)
    found = []
    for task, data, shared in zip(tasks, corpora, together, strict=True):
        (alone,), weights = _learn(task.name, base, [data], progress)
        name = measures.WATCHED[data.task][0]
        found.append(Outcome(task.name, name, alone, shared, weights, all_weights))
    return found


def _learn(
    step: str, base: Recipe, corpora: list[Corpus], progress: Progress
) -> tuple[list[float], int]:
    """Validation score of each corpus after one network has learnt all, and its weights."""
    import tf_keras as keras

    texts = [text for data in corpora for text in data.train.texts]
    vocabulary = features.vocabulary_of(base.features, [texts])
    heads = _heads(corpora)
    model = _compiled(base, corpora, heads, len(texts))

    def show(epoch: int, _logs: object = None) -> None:
        progress(step, epoch + 1, base.training.epochs)

    progress(step, 0, base.training.epochs)
    model.fit(
        features.encode(base.features, vocabulary, texts),
        joined_targets(corpora, heads),
        batch_size=base.training.batch,
        epochs=base.training.epochs,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=show)],
        verbose=0,
    )
    scores = []
    for data, head in zip(corpora, heads, strict=True):
        ids = features.encode(base.features, vocabulary, data.validation.texts)
        logits = np.asarray(model.predict(ids, batch_size=512, verbose=0))[:, head]
        scores.append(measures.score(data.task, data.validation.targets, logits))
    return scores, model.count_params()


def _heads(corpora: list[Corpus]) -> list[slice]:
    """Which of the network's outputs belong to each corpus."""
    ends = np.cumsum([len(data.labels) for data in corpora]).tolist()
    return [slice(end - len(data.labels), end) for data, end in zip(corpora, ends, strict=True)]


def joined_targets(corpora: list[Corpus], heads: list[slice]) -> np.ndarray:
    """float32 [texts of all corpora, all outputs]; infinite where a head is not a text's own."""
    rows = [len(data.train.texts) for data in corpora]
    out = np.full((sum(rows), heads[-1].stop), np.inf, np.float32)
    start = 0
    for data, head, count in zip(corpora, heads, rows, strict=True):
        out[start : start + count, head] = data.train.targets
        start += count
    return out


def joint_loss(
    losses: Sequence[Callable[[Any, Any], Any]], heads: Sequence[slice]
) -> Callable[[Any, Any], Any]:
    """The loss of each text's own head: a function of (targets of all heads, logits)."""
    import tensorflow as tf

    def loss(wanted: Any, logits: Any) -> Any:
        total = 0.0
        for one, head in zip(losses, heads, strict=True):
            own = wanted[:, head]
            other = tf.math.is_inf(own)
            value = one(tf.where(other, tf.zeros_like(own), own), logits[:, head])
            total += tf.where(other[:, 0], tf.zeros_like(value), value)
        return total

    return loss


def _compiled(base: Recipe, corpora: list[Corpus], heads: list[slice], texts: int) -> Any:
    import tf_keras as keras

    settings = base.training
    keras.backend.clear_session()
    keras.utils.set_random_seed(_SEED)
    model = build(base, heads[-1].stop, training=True)
    steps = -(-texts // settings.batch) * settings.epochs
    rate = keras.optimizers.schedules.CosineDecay(settings.learning_rate, steps)
    losses = [loss_of(data.task, data.train.targets, 0.0, 0.0) for data in corpora]
    model.compile(keras.optimizers.Adam(rate), joint_loss(losses, heads))
    return model
