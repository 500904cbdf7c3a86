"""Inputs for a model: random ones within the legal range, a file's, or a dataset's sentences."""

import json
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from harken_toolchain.engine import graph
from harken_toolchain.engine.dtypes import NUMPY
from harken_toolchain.errors import UserError

Samples = list[list[np.ndarray]]

#: Operators that hand indices on unchanged.
_PASSING = {"RESHAPE", "SQUEEZE", "EXPAND_DIMS", "STRIDED_SLICE", "SLICE", "TRANSPOSE", "SPLIT"}
_PASSING |= {"CONCATENATION", "PACK", "UNPACK", "REVERSE_V2", "CAST"}
#: Which input of a lookup is the table, which one the indices.
_LOOKUPS = {"GATHER": (0, 1), "EMBEDDING_LOOKUP": (1, 0)}
_FREE_INTEGERS = 1 << 10


def random(model: graph.Graph, count: int, seed: int) -> Samples:
    """`count` random samples; indices stay inside the tables that they go to."""
    source = np.random.default_rng(seed)
    makers = [_maker(model, tensor) for tensor in model.inputs]
    return [[make(source) for make in makers] for _ in range(count)]


def _maker(model: graph.Graph, tensor: graph.Tensor) -> Callable[[Any], np.ndarray]:
    kind = NUMPY[tensor.dtype.upper()]
    if tensor.dtype == "float32":
        low, high = _span(model, tensor)
        return lambda source: source.uniform(low, high, tensor.shape).astype(kind)
    if tensor.dtype in ("int32", "int64"):
        bound = bound_of(model, tensor)
        low, high = (0, bound) if bound else (-_FREE_INTEGERS, _FREE_INTEGERS)
        return lambda source: source.integers(low, high, tensor.shape).astype(kind)
    if tensor.dtype == "bool":
        return lambda source: source.integers(0, 2, tensor.shape).astype(kind)
    limits = np.iinfo(kind)
    return lambda source: source.integers(limits.min, limits.max + 1, tensor.shape).astype(kind)


def _span(model: graph.Graph, tensor: graph.Tensor) -> tuple[float, float]:
    """The range of a float input: what its QUANTIZE can express, and a little more."""
    for op in model.ops:
        if op.name == "QUANTIZE" and tensor in op.inputs and op.outputs[0].scale:
            out = op.outputs[0]
            limits = np.iinfo(NUMPY[out.dtype.upper()])
            scale = out.scale or 1.0
            ends = [(int(end) - out.zero_point) * scale for end in (limits.min, limits.max)]
            return min(ends) * 1.1, max(ends) * 1.1
    return -1.0, 1.0


def bound_of(model: graph.Graph, tensor: graph.Tensor) -> int | None:
    """The number of rows of the smallest table that this tensor's values choose rows of."""
    bounds = []
    for op in model.ops:
        if tensor not in op.inputs:
            continue
        if op.name in _LOOKUPS and op.inputs[_LOOKUPS[op.name][1]] == tensor:
            table = op.inputs[_LOOKUPS[op.name][0]]
            axis = op.options.axis if op.name == "GATHER" and op.options is not None else 0
            bounds.append(table.shape[axis] if table else None)
        elif op.name in _PASSING:
            bounds += [bound_of(model, out) for out in op.outputs]
    found = [bound for bound in bounds if bound]
    return min(found) if found else None


def load(path: Path, model: graph.Graph) -> Samples:
    """The samples of a .npy (one input) or .npz file (inputs in the order of their names).

    An array holds one sample in the shape of the input, or several along a dimension in front.

    Raises:
        UserError: shapes, types or numbers of samples do not fit.
    """
    try:
        content = np.load(path)
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read as .npy or .npz: {error}") from error
    arrays = (
        [content[name] for name in sorted(content.files)] if path.suffix == ".npz" else [content]
    )
    if len(arrays) != len(model.inputs):
        raise UserError(
            f"{path} has {len(arrays)} arrays, the model has {len(model.inputs)} inputs"
        )
    columns = [
        _column(path, array, tensor) for array, tensor in zip(arrays, model.inputs, strict=True)
    ]
    if len({len(column) for column in columns}) != 1:
        raise UserError(f"{path} has {[len(column) for column in columns]} samples: wanted as many")
    return [list(sample) for sample in zip(*columns, strict=True)]


def _column(path: Path, array: np.ndarray, tensor: graph.Tensor) -> list[np.ndarray]:
    kind = np.dtype(NUMPY[tensor.dtype.upper()])
    many = array.ndim == len(tensor.shape) + 1
    shape = array.shape[1:] if many else array.shape
    if array.dtype != kind or shape != tensor.shape:
        raise UserError(
            f"{path}: found {array.dtype}{list(array.shape)}",
            f"Input '{tensor.name}' wants {kind}{list(tensor.shape)}, or several of them.",
        )
    return list(array) if many else [array]


def sentences(path: Path, model: bytes, count: int) -> Samples | None:
    """Encoded test sentences of the dataset that a text model's recipe names.

    None where the file is no text model, has no recipe beside it, or the dataset is not there.
    """
    texts = _texts(path.parent / "model.toml")
    encoder = _encoder(model)
    if texts is None or encoder is None:
        return None
    shape = graph.read(model).inputs[0].shape
    samples = []
    for text in texts[:count]:
        encoder.encode(text)
        samples.append([np.array(encoder.ids, np.int32).reshape(shape)])
    return samples


def _texts(recipe: Path) -> Sequence[str] | None:
    from harken_toolchain import data

    if not recipe.is_file():
        return None
    name = tomllib.loads(recipe.read_text()).get("dataset")
    if not name or data.located(name) is None:
        return None
    return [row.text for row in data.load(name).splits["test"]]


def _encoder(model: bytes) -> Any:
    """The device's own encoder with the settings in the model's metadata, None without them."""
    from harken.text.encoder import Encoder
    from harken.text.vocabulary import Vocabulary
    from harken.tflite import Interpreter
    from harken.tflite.sources import MemorySource

    interpreter = Interpreter(model)
    stored = interpreter.metadata("harken.text")
    if stored is None:
        return None
    settings = json.loads(stored)
    table = interpreter.metadata_place("harken.vocabulary")[0]
    return Encoder(settings, Vocabulary(MemorySource(model), table, settings["slots"]))
