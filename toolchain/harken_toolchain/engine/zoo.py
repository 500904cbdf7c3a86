"""Makes the test models of `host_tests/fixtures/models/`: small networks of many kinds.

    python -m harken_toolchain.engine.zoo [NAME ...]

Needs the `train` extra. Weights are random but fixed by a seed, activations are calibrated on
random data, so the models compute nothing of use: they prove the interpreter. Each model is
built and converted in a process of its own, because some conversions end the process.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from harken_toolchain import paths
from harken_toolchain.engine.networks import CONVERTED, VOCABULARY
from harken_toolchain.engine.streaming import streaming

FOLDER = "host_tests/fixtures/models"
_SEED = 7
_CALIBRATION = 40
_GAIN = 1.7


#: Those whose input stays float32: a QUANTIZE stands at their front, a DEQUANTIZE at the end.
_FLOAT = {"cnn_1d"}


def names() -> list[str]:
    """The names of all test models."""
    return [*CONVERTED, "streaming"]


def _calibration(shape: list[int], integers: bool) -> Iterator[list[np.ndarray]]:
    random = np.random.default_rng(_SEED)
    for _ in range(_CALIBRATION):
        if integers:
            yield [random.integers(0, VOCABULARY, shape).astype(np.int32)]
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
