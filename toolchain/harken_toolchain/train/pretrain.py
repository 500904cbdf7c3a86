"""Pretraining: the encoder learns to give a teacher's sentence vectors, before any task.

A small training part then starts from words that already have meanings. The same architecture
is trained with the vector's values in place of labels; the task keeps all but the last layers.
"""

from functools import partial
from typing import Any

import numpy as np

from harken_toolchain.train import corpus, features, kept, teacher
from harken_toolchain.train.architectures import HEAD, build
from harken_toolchain.train.progress import Progress
from harken_toolchain.train.recipe import Recipe

#: Weights by layer name.
Weights = dict[str, list[np.ndarray]]
_SEED = 1


def texts_of(recipe: Recipe, own: list[str]) -> list[list[str]]:
    """The texts that the teacher reads: those of the model's own training part first."""
    assert recipe.pretraining is not None
    others = [name for name in recipe.pretraining.texts if name != recipe.dataset]
    return [own, *(corpus.training_texts(name) for name in others)]


def _targets(lists: list[list[str]], progress: Progress) -> np.ndarray:
    """Unit vectors of all texts, centred: what sentences share tells nothing."""
    found = []
    for number, texts in enumerate(lists, 1):
        show = partial(progress, f"teacher {number}/{len(lists)}")
        found.append(teacher.sentence_vectors(texts, show))
    vectors = np.concatenate(found)
    vectors = vectors - vectors.mean(0)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _loss(wanted: Any, found: Any) -> Any:
    """One minus the cosine of the angle between the vectors."""
    import tensorflow as tf

    return 1 - tf.reduce_sum(tf.math.l2_normalize(found, -1) * wanted, -1)


def pretrain(
    recipe: Recipe, vocabulary: bytes, lists: list[list[str]], progress: Progress
) -> Weights:
    """The encoder's weights after pretraining, from the cache where it has them."""
    stored = kept.path("pretrained", recipe.encoder_digest(), vocabulary, *map("\0".join, lists))
    if (found := kept.load(stored)) is not None:
        return _named(found)
    weights = _train(recipe, vocabulary, lists, progress)
    kept.store(
        stored, {f"{layer}/{i}": w for layer, ws in weights.items() for i, w in enumerate(ws)}
    )
    return weights


def _named(flat: dict[str, np.ndarray]) -> Weights:
    weights: Weights = {}
    for name in sorted(flat, key=lambda name: (name.rpartition("/")[0], int(name.split("/")[-1]))):
        weights.setdefault(name.rpartition("/")[0], []).append(flat[name])
    return weights


def _train(
    recipe: Recipe, vocabulary: bytes, lists: list[list[str]], progress: Progress
) -> Weights:
    import tf_keras as keras

    settings = recipe.pretraining
    assert settings is not None
    wanted = _targets(lists, progress)
    ids = features.encode(recipe.features, vocabulary, [text for part in lists for text in part])
    keras.backend.clear_session()
    keras.utils.set_random_seed(_SEED)
    encoder = recipe.model_copy(update={"architecture": recipe.architecture.encoder()})
    model = build(encoder, teacher.WIDTH, training=True)
    steps = -(-len(ids) // settings.batch) * settings.epochs
    rate = keras.optimizers.schedules.CosineDecay(settings.learning_rate, steps)
    model.compile(keras.optimizers.Adam(rate), _loss)

    def show(epoch: int, logs: dict[str, float]) -> None:
        note = f"cosine {1 - logs['loss']:.4f}"
        progress("pretraining", epoch + 1, settings.epochs, note)

    progress("pretraining", 0, settings.epochs)
    model.fit(
        ids,
        wanted,
        batch_size=settings.batch,
        epochs=settings.epochs,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=show)],
        verbose=0,
    )
    return {
        layer.name: layer.get_weights()
        for layer in model.layers
        if layer.weights and not layer.name.startswith(HEAD)
    }


def start_from(model: Any, weights: Weights) -> None:
    """Gives every layer of `model` that was pretrained its weights."""
    for layer in model.layers:
        if layer.name in weights:
            layer.set_weights(weights[layer.name])
