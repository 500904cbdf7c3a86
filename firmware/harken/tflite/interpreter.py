"""The interpreter, with the interface of LiteRT's."""

import struct
from array import array

from . import kernels as kernel_sets
from .context import Context
from .errors import ModelError
from .graph import Model
from .planner import place
from .sources import open_source

#: Multiply-accumulates of one inference that are accepted: about a minute on a board.
WORK_LIMIT = 1 << 31
#: Bytes of arena that are accepted.
ARENA_LIMIT = 1 << 26


class Interpreter:
    """Runs one .tflite model.

    `source` is a path, bytes-like, an open binary file, a flash partition (`readblocks`) or an object
    with `size`, `memory` and `readinto(offset, buffer)`. `kernels` names a kernel set instead of the
    best one. `arena_block` bounds the bytes of a block of the arena. Raises `ModelError` for a model
    that is damaged or not supported.
    """

    def __init__(
        self,
        source,
        kernels=None,
        arena_block=16384,
        arena_limit=ARENA_LIMIT,
        work_limit=WORK_LIMIT,
    ):
        if kernels is not None and not (
            kernels in kernel_sets.SETS and kernel_sets.usable(kernels)
        ):
            raise ValueError(
                "kernels %r: wanted one of %s that this machine runs" % (kernels, kernel_sets.SETS)
            )
        self.kernels = kernels or kernel_sets.NAME
        self._source = open_source(source)
        self._model = Model(self._source)
        self._graph = self._model.subgraph(0)
        self._limits = arena_block, arena_limit, work_limit
        self._steps = None
        self.arena = 0
        self.work = []

    def allocate_tensors(self):
        """Lays out the arena and prepares the operators. Variables start at their zero."""
        block, arena_limit, work_limit = self._limits
        ctx = Context(self._model, self.kernels, work_limit)
        ctx.scan(self._graph)
        sizes = place(ctx.resolve_shares(), block)
        if sum(sizes) > arena_limit:
            raise ModelError("arena of %d bytes: wanted at most %d" % (sum(sizes), arena_limit))
        ctx.allocate(sizes)
        self._steps = ctx.steps(self._graph)
        self._variables = ctx.reset_variables
        self._places = {}
        for i in self._graph.inputs + self._graph.outputs:
            tensor = self._graph.tensor(i)
            buffer, offset = ctx.place_of(self._graph, tensor)
            self._places[i] = (buffer, offset, tensor.size, tensor.code, tensor.name)
        self.arena = sum(sizes)
        self.blocks = sizes
        self.work = ctx.work
        self.reset_variable_tensors()

    def invoke(self):
        """Runs the model once. Allocates nothing when the kernels do not (viper, lx6)."""
        for f, p, x, w, y, s in self._steps:
            f(p, x, w, y, s)

    def reset_variable_tensors(self):
        """Sets the state of a streaming model back to its start."""
        for buffer, offset, size, zero in self._variables:
            for i in range(offset, offset + size):
                buffer[i] = zero & 255

    def get_input_details(self):
        """A list of dicts: name, index, shape, dtype, quantization, quantization_parameters."""
        return [self._details(i) for i in self._graph.inputs]

    def get_output_details(self):
        """As `get_input_details`, for the outputs."""
        return [self._details(i) for i in self._graph.outputs]

    def _details(self, i):
        tensor = self._graph.tensor(i)
        n = tensor.scales()
        return {
            "name": tensor.label,
            "index": i,
            "shape": tensor.shape,
            "dtype": tensor.name,
            "quantization": (tensor.scale(), tensor.zero_point()) if n else (0.0, 0),
            "quantization_parameters": {
                "scales": [tensor.scale(k) for k in range(n)],
                "zero_points": [tensor.zero_point(k) for k in range(tensor.zero_points())],
                "quantized_dimension": tensor.axis(),
            },
        }

    def set_tensor(self, index, data):
        """Fills an input: bytes-like of the tensor's size, a numpy array, or a (nested) sequence."""
        buffer, offset, size, code, name = self._place(index)
        if hasattr(data, "dtype"):
            if str(data.dtype) != name:
                raise ValueError(
                    "tensor %d: data of type %s: wanted %s" % (index, data.dtype, name)
                )
            data = data.tobytes()
        if isinstance(data, array):
            data = memoryview(data)
        if isinstance(data, memoryview):
            data = bytes(data)
        if isinstance(data, (bytes, bytearray)):
            if len(data) != size:
                raise ValueError("tensor %d: %d bytes: wanted %d" % (index, len(data), size))
            buffer[offset : offset + size] = data
            return
        end = _pack(buffer, offset, "<" + code, data, offset + size)
        if end != offset + size:
            raise ValueError("tensor %d: %d bytes of data: wanted %d" % (index, end - offset, size))

    def get_tensor(self, index):
        """A copy of an input or output as a flat `array` of the tensor's type."""
        buffer, offset, size, code, name = self._place(index)
        return array(code, bytes(buffer[offset : offset + size]))

    def _place(self, index):
        if self._steps is None:
            raise ValueError("allocate_tensors() was not called")
        if index not in self._places:
            raise ValueError("tensor %d: wanted an input or output of the model" % index)
        return self._places[index]

    def metadata(self, name):
        """The content of a metadata buffer of the model as bytes; None where there is none."""
        return self._model.metadata(name)

    def metadata_place(self, name):
        """(offset, length) of a metadata buffer in the source, for content that is read in parts; or None."""
        return self._model.metadata_place(name)

    def close(self):
        """Closes the file that the constructor opened."""
        self._source.close()


def _pack(buffer, at, code, data, end):
    """Packs the numbers of a nested sequence from `at` on; returns where it stopped."""
    width = struct.calcsize(code)
    for value in data:
        if hasattr(value, "__iter__") or isinstance(value, (list, tuple)):
            at = _pack(buffer, at, code, value, end)
        else:
            if at + width > end:
                raise ValueError("more data than the tensor has room for")
            struct.pack_into(code, buffer, at, value)
            at += width
    return at
