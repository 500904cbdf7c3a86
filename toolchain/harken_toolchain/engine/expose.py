"""A copy of a model that gives every computed tensor as an output, to find the first layer that
differs."""

from harken_toolchain.engine import graph
from harken_toolchain.engine.dtypes import NUMPY


def exposed(model: bytes) -> tuple[bytes, list[int]]:
    """(the copy, the tensor index of each of its outputs in the order of computation).

    A memory plan in the metadata is left out: it would not hold for the copy.
    """
    tree = graph.tree(model)
    main = tree.subgraphs[0]
    read = graph.read(model)
    known = {name.lower() for name in NUMPY}
    found = [
        tensor.index
        for op in read.ops
        for tensor in op.outputs
        if tensor.dtype in known and tensor.count
    ]
    main.outputs = found
    tree.metadata = [
        entry for entry in tree.metadata or [] if bytes(entry.name) != b"OfflineMemoryAllocation"
    ]
    tree.signatureDefs = None
    return graph.pack(tree), found
