"""Packs a converted text model: names stripped, settings and vocabulary added as metadata."""

import json
from typing import Any

from harken_toolchain.engine.builder import FILE_IDENTIFIER, schema

#: Settings, labels, thresholds: JSON.
SETTINGS = "harken.text"
#: The fingerprint table, see `harken.text.vocabulary`.
VOCABULARY = "harken.vocabulary"


def pack(model: bytes, settings: dict[str, Any], vocabulary: bytes) -> bytes:
    """The .tflite as it is released; any tool that opens .tflite files still does."""
    import flatbuffers

    tree = schema().ModelT.InitFromObj(schema().Model.GetRootAs(model, 0))
    tree.description = None
    tree.signatureDefs = None
    for graph in tree.subgraphs:
        graph.name = None
        for tensor in graph.tensors:
            tensor.name = None
    tree.metadata, tree.metadataBuffer = [], None
    compact = json.dumps(settings, separators=(",", ":"), ensure_ascii=True).encode()
    for name, content in ((SETTINGS, compact), (VOCABULARY, vocabulary)):
        entry = schema().MetadataT()
        entry.name, entry.buffer = name, len(tree.buffers)
        tree.metadata.append(entry)
        buffer = schema().BufferT()
        buffer.data = list(content)
        tree.buffers.append(buffer)
    builder = flatbuffers.Builder(len(model) + len(vocabulary) + 4096)
    builder.Finish(tree.Pack(builder), FILE_IDENTIFIER)
    return bytes(builder.Output())
