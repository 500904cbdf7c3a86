"""Makes the test models of `host_tests/fixtures/models/`: small networks of many kinds.

    python -m harken_toolchain.engine.zoo [NAME ...]

Needs the `train` extra. Weights are random but fixed by a seed, activations are calibrated on
random data, so the models compute nothing of use: they prove the interpreter. Each model is
built and converted in a process of its own, because some conversions end the process.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from harken_toolchain import paths

FOLDER = "host_tests/fixtures/models"
_SEED = 7
_CALIBRATION = 40
_GAIN = 1.7
_TOKENS, _VOCABULARY = 24, 160


def _layers() -> Any:
    import tf_keras

    return tf_keras.layers


def _tokens() -> Any:
    return _layers().Input((_TOKENS,), dtype="int32", batch_size=1)


def _embedded(x: Any, width: int) -> Any:
    return _layers().Embedding(_VOCABULARY, width)(x)


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
    weight = tf.nn.softmax(tf.reshape(score, [1, 1, _TOKENS]))
    pooled = tf.reshape(tf.matmul(weight, both), [1, 32])
    return x, k.Dense(6, activation="softmax")(pooled)


def _attention(y: Any, heads: int, width: int) -> Any:
    import tensorflow as tf

    k = _layers()

    def split(z: Any) -> Any:
        return tf.transpose(tf.reshape(z, [1, _TOKENS, heads, width // heads]), [0, 2, 1, 3])

    q, keys, values = (split(k.Dense(width)(y)) for _ in range(3))
    scores = tf.nn.softmax(tf.matmul(q, keys, transpose_b=True) * (width // heads) ** -0.5)
    joined = tf.transpose(tf.matmul(scores, values), [0, 2, 1, 3])
    return k.Dense(width)(tf.reshape(joined, [1, _TOKENS, width]))


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
#: Those whose input stays float32: a QUANTIZE stands at their front, a DEQUANTIZE at the end.
_FLOAT = {"cnn_1d"}


def streaming() -> bytes:
    """A causal filter bank that keeps the last frames in a variable; written without TensorFlow.

    Takes one frame of 8 values, joins it to the 7 before, convolves all 8 and classifies.
    """
    from harken_toolchain.engine.builder import ModelBuilder

    random = np.random.default_rng(_SEED)
    model = ModelBuilder("streaming")
    same: dict[str, Any] = {"scale": 0.05, "zero_point": -3}
    frame = model.tensor([1, 1, 1, 8], "int8", name="frame", **same)
    handle = model.tensor([1], "resource", name="handle")
    old = model.tensor([1, 7, 1, 8], "int8", name="old", **same)
    window = model.tensor([1, 8, 1, 8], "int8", name="window", **same)
    new = model.tensor([1, 7, 1, 8], "int8", name="new", **same)
    model.op("VAR_HANDLE", [], [handle], "VarHandle", sharedName="frames", container="")
    model.op("READ_VARIABLE", [handle], [old], "ReadVariable")
    model.op("CONCATENATION", [old, frame], [window], "Concatenation", axis=1)
    bounds = [model.constant(values) for values in ([0, 1, 0, 0], [1, 8, 1, 8], [1, 1, 1, 1])]
    model.op("STRIDED_SLICE", [window, *bounds], [new], "StridedSlice")
    model.op("ASSIGN_VARIABLE", [handle, new], [], "AssignVariable")
    weights = random.integers(-127, 128, (16, 4, 1, 8), np.int8)
    scales = (random.random(16) * 0.01 + 0.002).astype(np.float32)
    w = model.tensor([16, 4, 1, 8], "int8", scale=scales.tolist(), data=weights)
    bias = random.integers(-500, 500, 16)
    b = model.tensor([16], "int32", scale=(scales * np.float32(0.05)).tolist(), data=bias)
    features = model.tensor([1, 5, 1, 16], "int8", scale=0.06, zero_point=-128, name="features")
    fields: dict[str, Any] = {
        "padding": 1,
        "strideH": 1,
        "strideW": 1,
        "fusedActivationFunction": 1,
    }
    model.op("CONV_2D", [window, w, b], [features], "Conv2D", **fields)
    pooled = model.tensor([1, 16], "int8", scale=0.04, zero_point=-128, name="pooled")
    axes = model.constant([1, 2])
    model.op("MEAN", [features, axes], [pooled], "Reducer", keepDims=False)
    dense = random.integers(-127, 128, (4, 16), np.int8)
    v = model.tensor([4, 16], "int8", scale=0.01, data=dense)
    logits = model.tensor([1, 4], "int8", scale=0.08, zero_point=5, name="logits")
    model.op("FULLY_CONNECTED", [pooled, v, -1], [logits], "FullyConnected")
    out = model.tensor([1, 4], "int8", scale=1 / 256, zero_point=-128, name="classes")
    model.op("SOFTMAX", [logits], [out], "Softmax", beta=1.0)
    return model.build([frame], [out])


def names() -> list[str]:
    """The names of all test models."""
    return [*CONVERTED, "streaming"]


def _calibration(shape: list[int], integers: bool) -> Iterator[list[np.ndarray]]:
    random = np.random.default_rng(_SEED)
    for _ in range(_CALIBRATION):
        if integers:
            yield [random.integers(0, _VOCABULARY, shape).astype(np.int32)]
        else:
            yield [random.normal(size=shape).astype(np.float32)]


def convert(name: str) -> bytes:
    """Builds and converts one model in this process."""
    import tensorflow as tf
    import tf_keras

    tf_keras.utils.set_random_seed(_SEED)
    x, y = CONVERTED[name]()
    model = tf_keras.Model(x, y)
    _spread(model)
    shape, integers = list(x.shape), x.dtype == "int32"
    run = tf.function(lambda values: model(values, training=False))
    concrete = run.get_concrete_function(tf.TensorSpec(shape, x.dtype))
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: _calibration(shape, integers)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    if name not in _FLOAT:
        converter.inference_input_type = tf.int8  # integer inputs stay int32 all the same
        converter.inference_output_type = tf.int8
    return converter.convert()


def _spread(model: Any) -> None:
    """Larger weights than at the start of a training, and biases that are not 0: signals last."""
    random = np.random.default_rng(_SEED)
    values = [
        weight + random.normal(size=weight.shape) * 0.1 if weight.ndim == 1 else weight * _GAIN
        for weight in model.get_weights()
    ]
    model.set_weights([value.astype(np.float32) for value in values])


def write(name: str, folder: Path) -> Path:
    """Writes one model into `folder` and returns its path."""
    out = folder / f"{name}.tflite"
    folder.mkdir(parents=True, exist_ok=True)
    if name == "streaming":
        out.write_bytes(streaming())
        return out
    module = "harken_toolchain.engine.zoo"
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    subprocess.run(
        [sys.executable, "-m", module, "--convert", name, str(out)], check=True, env=quiet
    )
    return out


def main(arguments: list[str]) -> None:
    """Writes the named models, or all."""
    if arguments[:1] == ["--convert"]:
        Path(arguments[2]).write_bytes(convert(arguments[1]))
        return
    for name in arguments or names():
        out = write(name, paths.repository() / FOLDER)
        print(f"{out.name}: {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
