"""Proves one model: the device's outputs against tflite-micro's, and where they part."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from harken_toolchain.engine import compare, device, expose, graph, reference
from harken_toolchain.errors import UserError

#: A run is cut into this many parts, for the progress bar; each starts with fresh variables.
_PARTS = 20


@dataclass
class Layer:
    """The first layer whose output differs."""

    op: graph.Op
    difference: compare.Difference

    def __str__(self) -> str:
        found = self.difference
        return (
            f"op {self.op.index} {self.op.name} ({self.op.layer}), element {list(found.index)}: "
            f"wanted {found.wanted}, found {found.found}"
        )


@dataclass
class Proof:
    """The verdict on a model, over all samples."""

    graph: graph.Graph
    samples: int
    compared: list[int] = field(default_factory=list)
    mismatches: list[int] = field(default_factory=list)
    largest: list[float] = field(default_factory=list)
    first: compare.Difference | None = None
    layer: Layer | None = None
    arena: int = 0

    @property
    def good(self) -> bool:
        """Whether elements were compared and all are equal."""
        return sum(self.compared) > 0 and not any(self.mismatches)


def prove(
    model: bytes,
    samples: list[list[np.ndarray]],
    target: device.Target,
    on_device: bytes | None = None,
    advance: Callable[[int], None] = lambda done: None,
) -> Proof:
    """Runs the samples on both sides and compares every element of every output.

    Args:
        model: what tflite-micro runs.
        on_device: what the device runs; the same where it is None.
        advance: is told how many more samples are done.

    Raises:
        UserError: tflite-micro or the device refuses the model.
    """
    read = graph.read(model)
    count = len(read.outputs)
    proof = Proof(read, len(samples), [0] * count, [0] * count, [0.0] * count)
    size = -(-len(samples) // _PARTS) if samples else 1
    for start in range(0, len(samples), size):
        part = samples[start : start + size]
        result = _device(device.Job(on_device or model, part), target)
        verdict = compare.outputs(_reference(model, part), result.outputs)
        proof.arena = result.arena
        _add(proof, verdict, start)
        if verdict.first is not None and proof.layer is None:
            part = part[: verdict.first.sample - start + 1]
            proof.layer = _first_layer(model, on_device or model, part, target)
        advance(len(part))
    return proof


def _add(proof: Proof, verdict: compare.Verdict, start: int) -> None:
    for place in range(len(proof.compared)):
        proof.compared[place] += verdict.compared[place]
        proof.mismatches[place] += verdict.mismatches[place]
        proof.largest[place] = max(proof.largest[place], verdict.largest[place])
    if verdict.first is not None:
        verdict.first.sample += start
        proof.first = proof.first or verdict.first


def _reference(model: bytes, samples: list) -> list:
    try:
        return reference.shared().run(model, samples)
    except reference.ReferenceFailure as failure:
        raise UserError(f"tflite-micro does not run the model: {failure}") from failure


def _device(job: device.Job, target: device.Target) -> device.Result:
    result = device.run([job], target)[0]
    if result.error:
        raise UserError(
            f"the device interpreter does not run the model: {result.error}",
            "Run 'harken check' on it.",
        )
    return result


def _first_layer(wanted: bytes, found: bytes, samples: list, target: device.Target) -> Layer | None:
    """Runs copies that give every tensor as an output, up to the sample that differs."""
    mine, indices = expose.exposed(wanted)
    theirs, others = expose.exposed(found)
    if indices != others:
        return None
    left = _reference(mine, samples)[-1:]
    right = _device(device.Job(theirs, samples), target).outputs[-1:]
    verdict = compare.outputs(left, right)
    if verdict.first is None:
        return None
    read = graph.read(wanted)
    for place, index in enumerate(indices):
        if verdict.mismatches[place]:
            op = read.producer(read.tensors[index])
            assert op is not None
            only = compare.outputs([[left[0][place]]], [[right[0][place]]])
            assert only.first is not None
            return Layer(op, only.first)
    return None
