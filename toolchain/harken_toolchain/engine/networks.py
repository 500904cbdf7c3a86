"""The networks of the test models, as functions that give Keras inputs and outputs."""

from collections.abc import Callable
from typing import Any

TOKENS, VOCABULARY = 24, 160


def _layers() -> Any:
    import tf_keras

    return tf_keras.layers


def _tokens() -> Any:
    return _layers().Input((TOKENS,), dtype="int32", batch_size=1)


def _embedded(x: Any, width: int) -> Any:
    return _layers().Embedding(VOCABULARY, width)(x)


def text_cnn() -> tuple[Any, Any]:
    """Convolutions of three widths over an embedded text, the largest of each, a dense layer."""
    k, x = _layers(), _tokens()
    y = _embedded(x, 16)
    parts = [k.GlobalMaxPooling1D()(k.Conv1D(12, n, activation="relu")(y)) for n in (2, 3, 4)]
    return x, k.Dense(6, activation="softmax")(k.Concatenate()(parts))


def cnn_1d() -> tuple[Any, Any]:
    """A sensor window through strided convolutions and pooling; float input."""
    k = _layers()
    x = k.Input((96, 3), batch_size=1)
    y = k.Conv1D(12, 5, strides=2, padding="same", activation="relu")(x)
    y = k.MaxPooling1D(2)(y)
    y = k.Conv1D(20, 5, padding="same", dilation_rate=2, activation="relu6")(y)
    y = k.AveragePooling1D(2)(y)
    y = k.GlobalAveragePooling1D()(y)
    return x, k.Dense(4, activation="softmax")(y)


def lstm() -> tuple[Any, Any]:
    """An LSTM whose last state goes into a dense layer."""
    k = _layers()
    x = k.Input((16, 8), batch_size=1)
    return x, k.Dense(5, activation="softmax")(k.LSTM(20)(x))


def bilstm_attention() -> tuple[Any, Any]:
    """A bidirectional LSTM over an embedded text; a softmax over time weighs its states."""
    import tensorflow as tf

    k, x = _layers(), _tokens()
    y = _embedded(x, 12)
    forward = k.LSTM(16, return_sequences=True)(y)
    backward = k.LSTM(16, return_sequences=True)(tf.reverse(y, [1]))
    both = k.Concatenate()([forward, tf.reverse(backward, [1])])
    score = k.Dense(1, activation="tanh")(both)
    weight = tf.nn.softmax(tf.reshape(score, [1, 1, TOKENS]))
    pooled = tf.reshape(tf.matmul(weight, both), [1, 32])
    return x, k.Dense(6, activation="softmax")(pooled)


def _attention(y: Any, heads: int, width: int) -> Any:
    import tensorflow as tf

    k = _layers()

    def split(z: Any) -> Any:
        return tf.transpose(tf.reshape(z, [1, TOKENS, heads, width // heads]), [0, 2, 1, 3])

    q, keys, values = (split(k.Dense(width)(y)) for _ in range(3))
    scores = tf.nn.softmax(tf.matmul(q, keys, transpose_b=True) * (width // heads) ** -0.5)
    joined = tf.transpose(tf.matmul(scores, values), [0, 2, 1, 3])
    return k.Dense(width)(tf.reshape(joined, [1, TOKENS, width]))


def transformer() -> tuple[Any, Any]:
    """One encoder block with two heads and layer normalisation."""
    k, x = _layers(), _tokens()
    y = _embedded(x, 16)
    y = k.LayerNormalization()(y + _attention(y, 2, 16))
    y = k.LayerNormalization()(y + k.Dense(16)(k.Dense(32, activation="relu")(y)))
    return x, k.Dense(6, activation="softmax")(k.GlobalAveragePooling1D()(y))


def image_cnn() -> tuple[Any, Any]:
    """Depthwise-separable convolutions over a small image, with hard swish."""
    import tensorflow as tf

    k = _layers()
    x = k.Input((32, 32, 1), batch_size=1)
    y = k.Conv2D(8, 3, strides=2, padding="same", activation="relu6")(x)
    for channels, stride in ((12, 1), (16, 2), (24, 2)):
        y = k.DepthwiseConv2D(3, strides=stride, padding="same", activation="relu6")(y)
        y = k.Conv2D(channels, 1)(y)
        y = y * tf.nn.relu6(y + 3.0) * (1 / 6)
    y = k.GlobalAveragePooling2D()(y)
    return x, k.Dense(10, activation="softmax")(y)


def residual_cnn() -> tuple[Any, Any]:
    """Three residual blocks, the second and third with a projected shortcut."""
    k = _layers()
    x = k.Input((24, 24, 3), batch_size=1)
    y = k.Conv2D(8, 3, padding="same", activation="relu")(x)
    for channels, stride in ((8, 1), (16, 2), (24, 2)):
        z = k.Conv2D(channels, 3, strides=stride, padding="same", activation="relu")(y)
        z = k.Conv2D(channels, 3, padding="same")(z)
        short = y if stride == 1 else k.Conv2D(channels, 1, strides=stride)(y)
        y = k.ReLU()(z + short)
    y = k.AveragePooling2D(6)(y)
    return x, k.Dense(10, activation="softmax")(k.Flatten()(y))


def autoencoder() -> tuple[Any, Any]:
    """Wide dense layers around a narrow one, as in anomaly detection."""
    k = _layers()
    x = y = k.Input((320,), batch_size=1)
    for width in (96, 96, 8, 96, 96):
        y = k.Dense(width, activation="relu")(y)
    return x, k.Dense(320)(y)


def unet() -> tuple[Any, Any]:
    """Down and up again: transposed convolution, nearest resize, padding, concatenation."""
    import tensorflow as tf

    k = _layers()
    x = k.Input((16, 16, 2), batch_size=1)
    one = k.Conv2D(6, 3, padding="same", activation="relu")(x)
    two = k.Conv2D(8, 3, strides=2, padding="same")(one)
    two = k.LeakyReLU(0.2)(two)
    up = k.Conv2DTranspose(6, 3, strides=2, padding="same")(two)
    large = tf.image.resize(two, (16, 16), method="nearest")
    y = k.Concatenate()([one, up, large])
    y = k.ZeroPadding2D(1)(y)
    return x, k.Conv2D(1, 3, activation="sigmoid")(y)


#: Models that TensorFlow converts, by name.
CONVERTED: dict[str, Callable[[], tuple[Any, Any]]] = {
    "text_cnn": text_cnn,
    "cnn_1d": cnn_1d,
    "lstm": lstm,
    "bilstm_attention": bilstm_attention,
    "transformer": transformer,
    "image_cnn": image_cnn,
    "residual_cnn": residual_cnn,
    "autoencoder": autoencoder,
    "unet": unet,
}
