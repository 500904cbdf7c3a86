"""Architectures of text models: functions from sizes to a Keras 2 model that gives logits.

Adding one is adding a function to `ARCHITECTURES`. Each uses only ops that the device has, and
keeps a quantised LSTM away from CONCATENATION, which would give its output another scale than
its state.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from harken_toolchain.errors import UserError
from harken_toolchain.train.recipe import Recipe

#: Layers whose outputs are added up to the logits: dividing their weights divides the logits.
HEAD = "head"
#: Layers between what is pooled and the logits.
HIDDEN = "hidden"
#: The layer with the embedding table.
EMBEDDING = "embedding"

#: (recipe, number of labels, whether it is to be trained) -> tf_keras.Model; a trained model and
#: its twin for conversion (batch 1, rolled recurrence) have the same weights in the same order.
Builder = Callable[[Recipe, int, bool], Any]


def _inputs(recipe: Recipe, training: bool) -> tuple[Any, Any]:
    """The ids and the vector of each token, [batch, tokens, width]."""
    import tensorflow as tf
    import tf_keras as keras

    features, size = recipe.features, recipe.architecture
    ids = keras.Input(
        (features.tokens, features.rows), dtype="int32", batch_size=None if training else 1
    )
    table = keras.layers.Embedding(
        1 + features.slots + features.hashed,
        size.width,
        name=EMBEDDING,
        embeddings_initializer=keras.initializers.RandomUniform(-0.15, 0.15),
        embeddings_constraint=_clip(recipe.training.clip),
    )
    rows = table(ids)
    if training:
        rows = rows * tf.cast(ids > 0, tf.float32)[..., None]
        shape = (None, features.tokens, features.rows, 1)
        keep = 1 - recipe.training.row_dropout
        rows = keras.layers.Dropout(1 - keep, noise_shape=shape)(rows) * keep
    tokens = tf.reduce_sum(rows, 2)
    return ids, keras.layers.Dropout(recipe.training.dropout)(tokens)


def _clip(bound: float) -> Any:
    import tensorflow as tf

    return lambda weights: tf.clip_by_value(weights, -bound, bound)


def _pooled(recipe: Recipe, states: list[Any], labels: int) -> Any:
    """Logits from the attention mean and the maximum of each sequence in `states`."""
    import tensorflow as tf
    import tf_keras as keras

    drop = keras.layers.Dropout(recipe.training.dropout)
    states = [drop(state) for state in states]
    scores = [
        keras.layers.Dense(1, use_bias=False, name=f"score_{i}")(state)
        for i, state in enumerate(states)
    ]
    length = states[0].shape[1]
    weights = tf.nn.softmax(tf.reshape(_total(scores), [-1, 1, length]), axis=-1)
    pools = []
    for state in states:
        pools.append(tf.reshape(tf.matmul(weights, state), [-1, state.shape[2]]))
        pools.append(tf.reduce_max(state, 1))
    if recipe.architecture.hidden:
        pools = [_hidden(recipe, [drop(pool) for pool in pools])]
    heads = []
    for i, pool in enumerate(pools):
        bias = keras.initializers.Constant(recipe.training.output_bias if i == 0 else 0)
        layer = keras.layers.Dense(labels, name=f"{HEAD}_{i}", bias_initializer=bias)
        heads.append(layer(drop(pool)))
    return _total(heads)


def _hidden(recipe: Recipe, pools: list[Any]) -> Any:
    """One layer over all `pools`."""
    import tensorflow as tf
    import tf_keras as keras

    units = recipe.architecture.hidden
    layers = [
        keras.layers.Dense(units, use_bias=i == 0, name=f"{HIDDEN}_{i}") for i in range(len(pools))
    ]
    return tf.nn.relu(_total([layer(pool) for layer, pool in zip(layers, pools, strict=True)]))


def _total(parts: list[Any]) -> Any:
    """The sum of `parts`, added up in pairs."""
    while len(parts) > 1:
        parts = [sum(parts[i + 1 : i + 2], parts[i]) for i in range(0, len(parts), 2)]
    return parts[0]


def _recurrent(recipe: Recipe, tokens: Any, training: bool) -> list[Any]:
    """The states of two LSTMs, one from each end, each [batch, tokens, units]."""
    import tensorflow as tf
    import tf_keras as keras

    units = recipe.architecture.units
    ahead = keras.layers.LSTM(units, name="ahead", return_sequences=True, unroll=training)
    back = keras.layers.LSTM(units, name="back", return_sequences=True, unroll=training)
    return [ahead(tokens), tf.reverse(back(tf.reverse(tokens, [1])), [1])]


def bilstm(recipe: Recipe, labels: int, training: bool) -> Any:
    """Two LSTMs; attention and maximum over time."""
    import tf_keras as keras

    ids, tokens = _inputs(recipe, training)
    states = _recurrent(recipe, tokens, training)
    return keras.Model(ids, _pooled(recipe, states, labels))


def bilstm_bag(recipe: Recipe, labels: int, training: bool) -> Any:
    """Two LSTMs and the tokens themselves; attention and maximum over time."""
    import tf_keras as keras

    ids, tokens = _inputs(recipe, training)
    states = [*_recurrent(recipe, tokens, training), tokens]
    return keras.Model(ids, _pooled(recipe, states, labels))


def bag(recipe: Recipe, labels: int, training: bool) -> Any:
    """Attention and maximum over the tokens themselves; no word order."""
    import tf_keras as keras

    ids, tokens = _inputs(recipe, training)
    return keras.Model(ids, _pooled(recipe, [tokens], labels))


ARCHITECTURES: dict[str, Builder] = {
    "bilstm": bilstm,
    "bilstm_bag": bilstm_bag,
    "bag": bag,
}


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


def inference_weights(model: Any) -> list[np.ndarray]:
    """The weights for conversion; the padding row is zero."""
    weights = []
    for layer in model.layers:
        for value in layer.get_weights():
            if layer.name == EMBEDDING:
                value = np.concatenate([np.zeros_like(value[:1]), value[1:]])
            weights.append(value)
    return weights


def divide_logits(model: Any, temperature: float) -> None:
    """Divides what `model` gives by `temperature`, inside its weights."""
    for layer in model.layers:
        if layer.name.startswith(HEAD):
            layer.set_weights([value / temperature for value in layer.get_weights()])
