"""Converts Keras and SavedModel to int8 .tflite. Run as a process of its own:

    python -m harken_toolchain.imports.convert INPUT OUTPUT [SAMPLES.npz]

for a conversion can take the interpreter down with it. Steps: load the model, fix its batch at
one, quantise with the samples, write.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from harken_toolchain.errors import UserError

#: Random samples when there are no real ones.
_RANDOM, _SEED = 64, 1
_TAIL = 1200


def samples_of(path: Path) -> list[np.ndarray]:
    """The arrays of a representative dataset, one for each input, samples first.

    Args:
        path: .npy for one input, .npz for several (in the order of their names), .csv of rows.

    Raises:
        UserError: the file is missing or of another kind.
    """
    if not path.is_file():
        raise UserError(f"there is no file {path}")
    if path.suffix == ".npy":
        return [np.load(path)]
    if path.suffix == ".npz":
        held = np.load(path)
        return [held[name] for name in sorted(held.files)]
    if path.suffix == ".csv":
        return [np.loadtxt(path, delimiter=",", dtype=np.float32, ndmin=2)]
    raise UserError(f"{path} is neither .npy, .npz nor .csv")


def run(source: Path, output: Path, samples: Path | None) -> None:
    """Converts in a process of its own.

    Raises:
        UserError: the model cannot be read or converted, or TensorFlow is not installed.
    """
    if not source.exists():
        raise UserError(f"there is no model {source}")
    if samples:
        samples_of(samples)
    argv = [sys.executable, "-m", "harken_toolchain.imports.convert", source, output]
    done = subprocess.run(
        [*map(str, argv), *([str(samples)] if samples else [])], capture_output=True, text=True
    )
    if done.returncode == 0 and output.is_file():
        return
    if "No module named 'tensorflow'" in done.stderr:
        raise UserError("converting needs TensorFlow", "Install it: pip install -e '.[train]'.")
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    cause = lines[-1] if lines else f"it ended with status {done.returncode}"
    raise UserError(f"{source} was not converted: {cause}", done.stderr[-_TAIL:])


def _keras(source: Path) -> Any:
    """A Keras model: of Keras 2 if that reads it, else of Keras 3."""
    import tf_keras

    try:
        return tf_keras.models.load_model(source, compile=False)
    except Exception as older:
        import keras

        try:
            return keras.models.load_model(source, compile=False)
        except Exception as newer:
            raise ValueError(f"Keras 2: {older}; Keras 3: {newer}") from newer


def _function(source: Path) -> tuple[Any, Any, list[Any]]:
    """(model, concrete function with a batch of one, the shapes and dtypes of its inputs)."""
    import tensorflow as tf

    if source.is_dir():
        model = tf.saved_model.load(str(source))
        signature = model.signatures["serving_default"]
        named = signature.structured_input_signature[1]
        specs = [_one(tf, spec, name) for name, spec in named.items()]
        outputs = sorted(signature.structured_outputs)

        @tf.function(input_signature=specs)
        def call(*inputs: Any) -> Any:
            given = signature(**dict(zip(named, inputs, strict=True)))
            return [given[name] for name in outputs]
    else:
        model = _keras(source)
        specs = [_one(tf, tensor, f"input_{i}") for i, tensor in enumerate(model.inputs)]

        @tf.function(input_signature=specs)
        def call(*inputs: Any) -> Any:
            return model(inputs[0] if len(inputs) == 1 else list(inputs), training=False)

    return model, call.get_concrete_function(), specs


def _one(tf: Any, tensor: Any, name: str) -> Any:
    """An input with its batch fixed at one; every other dimension must be known."""
    shape = [1, *tensor.shape[1:]]
    if any(size is None for size in shape):
        raise ValueError(f"input {name} has the shape {tuple(tensor.shape)}: fix all but the first")
    return tf.TensorSpec(shape, tensor.dtype, name=name)


def _random(specs: list[Any]) -> list[np.ndarray]:
    """Standard normal samples; ones for integers, which are indices."""
    source = np.random.default_rng(_SEED)
    made = []
    for spec in specs:
        shape = (_RANDOM, *spec.shape[1:])
        kind = spec.dtype.name if hasattr(spec.dtype, "name") else str(spec.dtype)
        made.append(source.normal(size=shape) if "float" in kind else np.ones(shape))
    return made


def _convert(source: Path, output: Path, samples: Path | None) -> None:
    import tensorflow as tf

    model, function, specs = _function(source)
    arrays = samples_of(samples) if samples else _random(specs)
    if len(arrays) != len(specs):
        raise ValueError(f"{samples} holds {len(arrays)} arrays, the model has {len(specs)} inputs")
    for array, spec in zip(arrays, specs, strict=True):
        if tuple(array.shape[1:]) != tuple(spec.shape[1:]):
            raise ValueError(
                f"the samples have the shape {array.shape[1:]}, the model wants {spec.shape[1:]}"
            )

    def calibrate() -> Any:
        for row in zip(*arrays, strict=True):
            yield [
                np.asarray(part, spec.dtype.as_numpy_dtype)[None]
                for part, spec in zip(row, specs, strict=True)
            ]

    converter = tf.lite.TFLiteConverter.from_concrete_functions([function], model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = calibrate
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    output.write_bytes(converter.convert())


if __name__ == "__main__":
    files = [Path(name) for name in sys.argv[1:]]
    _convert(files[0], files[1], files[2] if len(files) > 2 else None)
