"""Fine-tunes the teacher's sentence encoder on a task."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from harken_toolchain import paths
from harken_toolchain.train import corpus as corpora
from harken_toolchain.train import kept
from harken_toolchain.train import recipe as recipes
from harken_toolchain.train.corpus import Corpus
from harken_toolchain.train.losses import loss_of
from harken_toolchain.train.progress import Progress
from harken_toolchain.train.recipe import Recipe, Teacher
from harken_toolchain.train.teacher import MiniLM, batches, half_precision

#: Share of the steps in which the learning rate rises.
_WARM_UP = 0.06
_LABELLED_AT_ONCE = 64
#: The member of another model's teacher that all members start from, where they start from one.
_FIRST = 1
#: Settings of the teacher that shape what one encoder learns.
_SHAPING = {
    *("epochs", "batch", "learning_rate", "label_smoothing", "positive_weight"),
    *("layers", "pieces"),
}


class Classifier:
    """The sentence encoder with a layer for the task on its mean."""

    def __init__(self, settings: Teacher, labels: int, seed: int):
        import tensorflow as tf

        self.body = MiniLM(trainable=settings.layers, pieces=settings.pieces)
        start = tf.random.normal((self.body.width, labels), stddev=0.02, seed=seed)
        self.head = [tf.Variable(start), tf.Variable(tf.zeros(labels))]

    def __call__(self, ids: Any, training: bool) -> Any:
        import tensorflow as tf

        mean = self.body.mean(ids)
        if training:
            mean = tf.nn.dropout(mean, 0.1)
        return tf.matmul(mean, self.head[0]) + self.head[1]

    def variables(self) -> list[Any]:
        return [*self.body.variables(), *self.head]

    def logits(self, texts: Sequence[str], progress: Progress) -> np.ndarray:
        """float32 [texts, labels]."""
        import tensorflow as tf

        run: Callable[[Any], Any] = tf.function(
            lambda ids: self(ids, False), input_signature=[_spec(tf.int32, 2)]
        )
        encoded = [self.body.encode(text) for text in texts]
        out = np.zeros((len(texts), self.head[1].shape[0]), np.float32)
        done = 0
        with half_precision():
            for rows in batches(encoded, _LABELLED_AT_ONCE):
                out[rows] = run(tf.constant(np.array([encoded[i] for i in rows], np.int32))).numpy()
                done += len(rows)
                progress(f"labels for {len(texts)}", done, len(texts))
        return out


def key_of(recipe: Recipe, corpus: Corpus, member: int) -> str:
    """A hash of all that shapes the fine-tuned `member`."""
    settings = recipe.teacher
    assert settings is not None
    parts: list[str | bytes] = [
        settings.model_dump_json(include=_SHAPING),
        str(member),
        "\0".join(corpus.train.texts),
        corpus.train.targets.tobytes(),
    ]
    if settings.after:
        parts.append(key_of(*_before(settings.after), _FIRST))
    return kept.path("teacher", *parts).stem


def _before(name: str) -> tuple[Recipe, Corpus]:
    found = recipes.read(paths.repository() / "models" / name)
    return found, corpora.load(found)


def fine_tuned(recipe: Recipe, corpus: Corpus, member: int, progress: Progress) -> Classifier:
    """The encoder with what it has learnt of the task, from the cache where it is there.

    `member` counts from 1 and is the seed.
    """
    import tf_keras as keras

    settings = recipe.teacher
    assert settings is not None
    keras.utils.set_random_seed(member)
    model = Classifier(settings, corpus.train.targets.shape[1], member)
    if settings.after:
        start = fine_tuned(*_before(settings.after), _FIRST, progress)
        model.body.set_weights(start.body.weights())
    stored = kept.path("teacher", "weights", key_of(recipe, corpus, member))
    if (found := kept.load(stored)) is not None:
        _set(model.variables(), [found[f"weight_{i:03}"] for i in range(len(found))])
        return model
    _learn(model, settings, corpus, member, progress)
    weights = {f"weight_{i:03}": v.numpy() for i, v in enumerate(model.variables())}
    kept.store(stored, weights)
    return model


def _set(variables: Sequence[Any], values: Sequence[np.ndarray]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _learn(
    model: Classifier, settings: Teacher, corpus: Corpus, seed: int, progress: Progress
) -> None:
    import tensorflow as tf
    import tf_keras as keras

    targets = corpus.train.targets
    if corpus.task == "labels":
        model.head[1].assign(_log_odds(targets))
    encoded = [model.body.encode(text) for text in corpus.train.texts]
    loss = loss_of(corpus.task, targets, settings.label_smoothing, settings.positive_weight)
    steps = len(list(batches(encoded, settings.batch))) * settings.epochs
    warm = max(1, int(steps * _WARM_UP))
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps - warm, warmup_target=settings.learning_rate, warmup_steps=warm
    )
    optimizer = keras.optimizers.Adam(rate, clipnorm=1.0)
    variables = model.variables()

    @tf.function(input_signature=[_spec(tf.int32, 2), _spec(tf.float32, 2)])
    def step(ids: Any, wanted: Any) -> None:
        with tf.GradientTape() as tape:
            value = tf.reduce_mean(loss(wanted, model(ids, True)))
        optimizer.apply_gradients(zip(tape.gradient(value, variables), variables, strict=True))

    random = np.random.default_rng(seed)
    done = 0
    with half_precision():
        for _ in range(settings.epochs):
            order = random.permutation(len(encoded))
            each = list(batches([encoded[i] for i in order], settings.batch))
            for at in random.permutation(len(each)):
                rows = order[each[at]]
                ids = np.array([encoded[i] for i in rows], np.int32)
                step(tf.constant(ids), tf.constant(targets[rows]))
                done += 1
                if done % 20 == 0:
                    progress("teacher", min(done, steps), steps)
    progress("teacher", steps, steps)


def _log_odds(targets: np.ndarray) -> np.ndarray:
    """The bias that gives each label its frequency, float32 [labels]."""
    frequency = np.clip(targets.mean(0), 1e-4, 1 - 1e-4)
    return np.log(frequency / (1 - frequency)).astype(np.float32)


def _spec(dtype: Any, rank: int) -> Any:
    import tensorflow as tf

    return tf.TensorSpec([None] * rank, dtype)
