"""Takes a .tflite made elsewhere: does it run on a board, does it fit, do its labels match."""

import hashlib
import json
from dataclasses import dataclass

import numpy as np

from harken_toolchain.boards import Board
from harken_toolchain.engine import graph, inputs
from harken_toolchain.errors import UserError
from harken_toolchain.image import fit, release

#: Metadata of a packed model: its labels and where it came from, as JSON.
METADATA = "harken.labels"
_SAMPLES, _SEED = 4, 1


@dataclass(frozen=True)
class Brought:
    """A packed model and its figures; `arena` and `largest_block` in bytes."""

    data: bytes
    labels: list[str]
    macs: int
    arena: int
    largest_block: int
    ops: list[str]


def _outputs(model: bytes, samples: inputs.Samples) -> list[bytes]:
    """What the device interpreter gives for each sample, as bytes."""
    from harken.tflite import Interpreter

    interpreter = Interpreter(model)
    interpreter.allocate_tensors()
    places = interpreter.get_input_details()
    given = []
    for sample in samples:
        for place, array in zip(places, sample, strict=True):
            interpreter.set_tensor(place["index"], np.ascontiguousarray(array).tobytes())
        interpreter.invoke()
        for out in interpreter.get_output_details():
            given.append(bytes(memoryview(interpreter.get_tensor(out["index"])).cast("B")))
    return given


def _read(model: bytes, name: str) -> graph.Graph:
    try:
        return graph.read(model, name)
    except ImportError as error:
        raise UserError(
            "reading a model's graph needs tflite-micro", "Install it: pip install -e '.[verify]'."
        ) from error


def _check_labels(read: graph.Graph, labels: list[str], name: str) -> None:
    if not read.outputs:
        raise UserError(f"{name} has no output")
    classes = read.outputs[0].shape[-1] if read.outputs[0].shape else 1
    wanted = {classes, 2} if classes == 1 else {classes}
    if len(labels) not in wanted:
        raise UserError(
            f"{name} has {classes} outputs, the label file {len(labels)} labels",
            "Give the labels in the order in which the model was trained.",
        )


def _check_budget(model: bytes, arena: int, block: int, board: Board, name: str) -> None:
    rows = (
        ("arena", arena, board.budget.arena_bytes),
        ("largest block", block, board.budget.largest_block_bytes),
        ("size", len(model), release.models_room(board)),
    )
    for what, found, allowed in rows:
        if found > allowed:
            raise UserError(
                f"{name} does not fit {board.name}: {what} {found} bytes, allowed {allowed}",
                "Make the model smaller, or choose a larger board with --board.",
            )


def pack(model: bytes, labels: list[str], origin: str) -> bytes:
    """The model without the names of its tensors, with its labels as metadata."""
    from harken_toolchain.engine.builder import schema

    tree = graph.tree(model)
    tree.description = tree.signatureDefs = None
    for part in tree.subgraphs:
        part.name = None
        for tensor in part.tensors:
            tensor.name = None
    said = {"labels": labels, "file": origin, "sha256": hashlib.sha256(model).hexdigest()}
    entry, buffer = schema().MetadataT(), schema().BufferT()
    entry.name, entry.buffer = METADATA, len(tree.buffers)
    buffer.data = list(json.dumps(said, separators=(",", ":")).encode())
    tree.metadata = [entry, *(old for old in tree.metadata or [] if old.name != METADATA.encode())]
    tree.buffers.append(buffer)
    return graph.pack(tree)


def bring(model: bytes, labels: list[str], board: Board, name: str) -> Brought:
    """Checks a model against a board and packs it; the packed one computes the same.

    Raises:
        UserError: it does not run, does not fit, or its labels do not match its outputs.
    """
    read = _read(model, name)
    _check_labels(read, labels, name)
    arena, block = fit.allocate(model, name)
    packed = pack(model, labels, name)
    _check_budget(packed, arena, block, board, name)
    samples = inputs.random(read, _SAMPLES, _SEED)
    if _outputs(model, samples) != _outputs(packed, samples):
        raise AssertionError(f"packing {name} changed what it computes")
    ops = sorted({op.name for op in read.ops})
    return Brought(packed, labels, read.macs, arena, block, ops)
