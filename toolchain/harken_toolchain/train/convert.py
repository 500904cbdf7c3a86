"""Converts trained weights to .tflite, in int8 or in float. Run as a process of its own:

    python -m harken_toolchain.train.convert JOB.npz OUT.tflite

Some conversions bring the interpreter down; the caller then sees an exit code, not its own end.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from harken_toolchain.errors import UserError
from harken_toolchain.train.architectures import HEAD
from harken_toolchain.train.recipe import Recipe, Task

_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "ABSL_MIN_LOG_LEVEL": "3"}


def to_tflite(
    recipe: Recipe,
    task: Task,
    weights: Sequence[np.ndarray],
    temperature: float,
    samples: np.ndarray,
) -> bytes:
    """The converted model, before packing.

    Args:
        weights: as `architectures.inference_weights` gives them.
        temperature: divides the logits.
        samples: int32 [texts, tokens, rows], calibrate the activations; where there are none of
            them the model stays in float.

    Raises:
        UserError: the conversion process failed; with the end of what it printed.
    """
    with tempfile.TemporaryDirectory() as folder:
        job, out = Path(folder) / "job.npz", Path(folder) / "out.tflite"
        arrays = {f"weight_{i:03}": value for i, value in enumerate(weights)}
        arrays |= {"folder": np.array(str(recipe.folder)), "task": np.array(task)}
        arrays |= {"temperature": np.array(temperature), "samples": samples}
        np.savez(job, **arrays)  # type: ignore[arg-type]
        run = subprocess.run(
            [sys.executable, "-m", __name__, str(job), str(out)],
            env={**os.environ, **_QUIET},
            capture_output=True,
            text=True,
        )
        if run.returncode or not out.is_file():
            raise UserError(
                f"{recipe.name}: the conversion ended with code {run.returncode}",
                run.stderr[-1500:],
            )
        return out.read_bytes()


def _main(job: Path, out: Path) -> None:
    import tensorflow as tf

    from harken_toolchain.train import recipe as recipes
    from harken_toolchain.train.architectures import build, divide_logits

    content = np.load(job)
    recipe = recipes.read(Path(str(content["folder"])))
    weights = [content[name] for name in sorted(content) if name.startswith("weight_")]
    labels = weights[-1].shape[-1]
    model = build(recipe, labels, training=False)
    model.set_weights(weights)
    divide_logits(model, float(content["temperature"]))
    _join_biases(model)
    last = tf.nn.softmax if str(content["task"]) == "label" else tf.nn.sigmoid
    samples = content["samples"]

    @tf.function(input_signature=[tf.TensorSpec((1, *samples.shape[1:]), tf.int32, name="ids")])
    def infer(ids: tf.Tensor) -> tf.Tensor:
        return last(model(ids, training=False))

    def calibrate() -> Iterator[list[np.ndarray]]:
        for sample in samples:
            yield [sample[None]]

    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [infer.get_concrete_function()], model
    )
    if len(samples):
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = calibrate
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_output_type = tf.int8
        # One scale a layer: a head of 150 labels would carry 12 bytes of scales for each.
        converter._experimental_disable_per_channel_quantization_for_dense_layers = True
    out.write_bytes(converter.convert())


def _join_biases(model: Any) -> None:
    """Moves the biases of all heads, whose outputs are added up, into that of the first."""
    heads = [layer for layer in model.layers if layer.name.startswith(HEAD)]
    together = sum(layer.get_weights()[1] for layer in heads)
    for layer in heads:
        weights, bias = layer.get_weights()
        layer.set_weights([weights, together if layer is heads[0] else np.zeros_like(bias)])


if __name__ == "__main__":
    _main(Path(sys.argv[1]), Path(sys.argv[2]))
