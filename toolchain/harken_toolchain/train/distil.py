"""Distillation: a sentence encoder is fine-tuned on the task and labels texts for the student.

Hinton et al., Distilling the Knowledge in a Neural Network, 2015; variations of the training
texts as in Jiao et al., TinyBERT, EMNLP 2020.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from harken_toolchain.train import calibration, kept, measures
from harken_toolchain.train.augment import variations
from harken_toolchain.train.corpus import Corpus, training_texts
from harken_toolchain.train.losses import loss_of
from harken_toolchain.train.progress import Progress
from harken_toolchain.train.recipe import Recipe, Teacher
from harken_toolchain.train.teacher import MiniLM, batches

_SEED = 1
_BATCH = 32


def soft_labels(recipe: Recipe, corpus: Corpus, progress: Progress) -> tuple[list[str], np.ndarray]:
    """The texts that the student learns from, and what the teacher says of them.

    They are the training texts, whose soft labels are mixed with the true ones, their
    variations, and the texts of other datasets. The result is kept in the cache.
    """
    settings = recipe.teacher
    assert settings is not None
    train = corpus.train
    texts = train.texts + variations(train.texts, settings.variations, _SEED)
    for name in settings.texts:
        texts += training_texts(name)
    known = train.targets.tobytes()
    stored = kept.path("teacher", settings.model_dump_json(), "\0".join(texts), known)
    found = kept.load(stored)
    if found is None:
        model = _fine_tuned(settings, corpus, recipe, progress)
        valid = measures.score(
            corpus.task,
            corpus.validation.targets,
            _logits(model, corpus.validation.texts, progress),
        )
        logits = _logits(model, texts, progress)
        found = {"logits": logits.astype(np.float16), "validation": np.array(valid)}
        kept.store(stored, found)
    progress("teacher labels", 1, 1, f"its validation score {float(found['validation']):.4f}")
    soft = calibration.probabilities(
        corpus.task, found["logits"].astype(np.float32) / settings.temperature
    )
    own = len(train.texts)
    true = np.where(np.isfinite(train.targets), train.targets, soft[:own])
    soft[:own] = settings.trust * soft[:own] + (1 - settings.trust) * true
    return texts, soft


class _Model:
    """The sentence encoder with a layer for the task on its mean."""

    def __init__(self, labels: int):
        import tensorflow as tf

        self.body = MiniLM(trainable=True)
        start = tf.random.normal((self.body.width, labels), stddev=0.02, seed=_SEED)
        self.head = [tf.Variable(start), tf.Variable(tf.zeros(labels))]

    def __call__(self, ids: Any, training: bool) -> Any:
        import tensorflow as tf

        mean = self.body.mean(ids)
        if training:
            mean = tf.nn.dropout(mean, 0.1)
        return tf.matmul(mean, self.head[0]) + self.head[1]

    def variables(self) -> list[Any]:
        return [*self.body.variables(), *self.head]


def _fine_tuned(settings: Teacher, corpus: Corpus, recipe: Recipe, progress: Progress) -> _Model:
    import tensorflow as tf
    import tf_keras as keras

    keras.utils.set_random_seed(_SEED)
    targets = corpus.train.targets
    model = _Model(targets.shape[1])
    encoded = [model.body.encode(text) for text in corpus.train.texts]
    loss = loss_of(recipe, corpus.task, targets)
    each = list(batches(encoded, _BATCH))
    steps = len(each) * settings.epochs
    rate = keras.optimizers.schedules.PolynomialDecay(settings.learning_rate, steps, 0.0)
    optimizer = keras.optimizers.Adam(rate, clipnorm=1.0)
    variables = model.variables()

    @tf.function(input_signature=[_spec(tf.int32, 2), _spec(tf.float32, 2)])
    def step(ids: Any, wanted: Any) -> None:
        with tf.GradientTape() as tape:
            value = tf.reduce_mean(loss(wanted, model(ids, True)))
        optimizer.apply_gradients(zip(tape.gradient(value, variables), variables, strict=True))

    random = np.random.default_rng(_SEED)
    for epoch in range(settings.epochs):
        for number, at in enumerate(random.permutation(len(each)), 1):
            rows = each[at]
            ids = np.array([encoded[i] for i in rows], np.int32)
            step(tf.constant(ids), tf.constant(targets[rows]))
            if number % 20 == 0:
                progress("teacher", epoch * len(each) + number, steps)
    progress("teacher", steps, steps)
    return model


def _spec(dtype: Any, rank: int) -> Any:
    import tensorflow as tf

    return tf.TensorSpec([None] * rank, dtype)


def _logits(model: _Model, texts: Sequence[str], progress: Progress) -> np.ndarray:
    import tensorflow as tf

    run: Callable[[Any], Any] = tf.function(
        lambda ids: model(ids, False), input_signature=[_spec(tf.int32, 2)]
    )
    encoded = [model.body.encode(text) for text in texts]
    out = np.zeros((len(texts), model.head[1].shape[0]), np.float32)
    done = 0
    for rows in batches(encoded, 64):
        out[rows] = run(tf.constant(np.array([encoded[i] for i in rows], np.int32))).numpy()
        done += len(rows)
        progress(f"labels for {len(texts)}", done, len(texts))
    return out
