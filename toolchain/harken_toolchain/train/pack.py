"""Packs a converted text model: what no runtime reads is left out, what the board needs is added.

Left out, without any change of what the model computes: names, signatures, biases of zero, the
scales of biases whose weights have a scale for each channel (they are input scale * weights scale),
shapes that are said twice, equal or empty buffers, and equal vectors of numbers. Added as
metadata: settings and vocabulary.
"""

import json
from typing import Any

import numpy as np

from harken_toolchain.engine.builder import FILE_IDENTIFIER, schema

#: Settings, labels, thresholds: JSON.
SETTINGS = "harken.text"
#: The fingerprint table, see `harken.text.vocabulary`.
VOCABULARY = "harken.vocabulary"


def pack(model: bytes, settings: dict[str, Any], vocabulary: bytes) -> bytes:
    """The .tflite as it is released; any tool that opens .tflite files still does."""
    tree = schema().ModelT.InitFromObj(schema().Model.GetRootAs(model, 0))
    tree.description = None
    tree.signatureDefs = None
    for graph in tree.subgraphs:
        graph.name = None
        _drop_zero_biases(tree, graph)
        _drop_unused_tensors(graph)
        _drop_bias_scales(graph)
        _plain_tensors(graph.tensors)
    tree.metadata, tree.metadataBuffer = [], None
    _share_buffers(tree)
    compact = json.dumps(settings, separators=(",", ":"), ensure_ascii=True).encode()
    for name, content in ((SETTINGS, compact), (VOCABULARY, vocabulary)):
        entry = schema().MetadataT()
        entry.name, entry.buffer = name, len(tree.buffers)
        tree.metadata.append(entry)
        buffer = schema().BufferT()
        buffer.data = list(content)
        tree.buffers.append(buffer)
    builder = _sharing_builder(len(model) + len(vocabulary) + 4096)
    builder.Finish(tree.Pack(builder), FILE_IDENTIFIER)
    return bytes(builder.Output())


def _sharing_builder(size: int) -> Any:
    """A flatbuffers builder that writes equal vectors of numbers once: all offsets may lead there.

    `size` is in bytes, of what it begins with.
    """
    import flatbuffers

    class Sharing(flatbuffers.Builder):
        def __init__(self) -> None:
            super().__init__(size)
            self._places: dict[tuple[str, bytes], int] = {}

        def CreateNumpyVector(self, x: np.ndarray) -> int:
            key = x.dtype.str, x.tobytes()
            if key not in self._places:
                self._places[key] = super().CreateNumpyVector(x)
            return self._places[key]

    return Sharing()


def _channels(tensor: Any) -> int:
    """How many scales a tensor has."""
    found = tensor.quantization
    return 0 if found is None or found.scale is None else len(found.scale)


def _drop_zero_biases(tree: Any, graph: Any) -> None:
    """A FULLY_CONNECTED whose bias is zero throughout does without."""
    dense = schema().BuiltinOperator.FULLY_CONNECTED
    for op in graph.operators:
        code = tree.operatorCodes[op.opcodeIndex]
        if max(code.builtinCode, code.deprecatedBuiltinCode) != dense or len(op.inputs) != 3:
            continue
        bias = op.inputs[2]
        data = tree.buffers[graph.tensors[bias].buffer].data if bias >= 0 else None
        if data is not None and not any(bytes(data)):
            op.inputs = [*op.inputs[:2], -1]


def _drop_unused_tensors(graph: Any) -> None:
    """Leaves out the tensors that no operator and no input or output names."""
    lists = [(graph, "inputs"), (graph, "outputs")]
    for op in graph.operators:
        lists += [(op, "inputs"), (op, "outputs"), (op, "intermediates")]
    found = {(at, name): getattr(at, name) for at, name in lists}
    named = {place: [int(i) for i in row] for place, row in found.items() if row is not None}
    used = sorted({i for row in named.values() for i in row if i >= 0})
    places = {-1: -1} | {old: new for new, old in enumerate(used)}
    for (at, name), row in named.items():
        setattr(at, name, [places[i] for i in row])
    graph.tensors = [graph.tensors[i] for i in used]


def _drop_bias_scales(graph: Any) -> None:
    """A bias needs no scales of its own where its weights have one for each channel.

    Where the weights have a single scale the runtimes compare the bias's with it: it stays.
    """
    for op in graph.operators:
        if len(op.inputs) != 3 or op.inputs[2] < 0:
            continue
        weights, bias = (graph.tensors[op.inputs[i]] for i in (1, 2))
        if _channels(weights) > 1 and _channels(bias) == _channels(weights):
            bias.quantization = None


def _plain_tensors(tensors: list[Any]) -> None:
    for tensor in tensors:
        tensor.name = tensor.shapeSignature = None
        if not _channels(tensor):
            tensor.quantization = None


def _share_buffers(tree: Any) -> None:
    """One buffer for equal constants, the empty one, 0, for tensors without any."""
    places: dict[bytes, int] = {b"": 0}
    kept = [tree.buffers[0]]
    for graph in tree.subgraphs:
        for tensor in graph.tensors:
            buffer = tree.buffers[tensor.buffer]
            content = b"" if buffer.data is None else bytes(buffer.data)
            if content not in places:
                places[content] = len(kept)
                kept.append(buffer)
            tensor.buffer = places[content]
    tree.buffers = kept
