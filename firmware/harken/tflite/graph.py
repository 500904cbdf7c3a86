"""The graph of a .tflite file, read piece by piece: tensors, operators, options, metadata.

Nothing here is kept: the objects are made while the tensors are allocated and then dropped. Field
numbers are those of the TFLite schema, version 3.
"""

from .compat import SMALL, const
from .errors import ModelError
from .reader import Reader

FLOAT32, FLOAT16, INT32, UINT8, INT64 = const(0), const(1), const(2), const(3), const(4)
BOOL, INT16, INT8, RESOURCE, INT4 = const(6), const(7), const(9), const(13), const(17)

# For each type code: name, bytes an element, code of the array module. Types left out are refused.
_TYPES = {
    0: ("float32", 4, "f"),
    2: ("int32", 4, "i"),
    3: ("uint8", 1, "B"),
    4: ("int64", 8, "q"),
    6: ("bool", 1, "B"),
    7: ("int16", 2, "h"),
    9: ("int8", 1, "b"),
    13: ("resource", 4, "i"),
    15: ("uint32", 4, "I"),
    17: ("int4", 1, "b"),
}

_MAX_RANK = const(8)
_MAX_OPERATORS = const(4000)
_MAX_BYTES = const(0x3FFFFFFF)


class Tensor:
    """One tensor: index, type, shape, count (elements), size (bytes), variable, data.

    `data` is the position of its constant data in the source, 0 for a tensor that is computed.
    """

    def __init__(self, reader, table, index, model):
        self.index = index
        self._reader = reader
        self._table = table
        self.type = reader.scalar(table, 1, "b")
        if self.type not in _TYPES:
            raise ModelError(
                "tensor %d: type %d: wanted a type this interpreter knows" % (index, self.type)
            )
        self.name, self.width, self.code = _TYPES[self.type]
        self.shape = reader.ints(table, 0, "i", _MAX_RANK)
        self.variable = bool(reader.scalar(table, 5, "b"))
        if reader.field(table, 6):
            raise ModelError("tensor %d: sparse: wanted a dense tensor" % index)
        count = 1
        for n in self.shape:
            if n < 0:
                raise ModelError("tensor %d: shape %s: wanted a fixed shape" % (index, self.shape))
            count *= n
        self.count = count
        self.size = (count + 1) // 2 if self.type == INT4 else count * self.width
        if self.size > _MAX_BYTES:
            raise ModelError("tensor %d: shape %s: more than 1 GB" % (index, self.shape))
        self.data, n = model.buffer(reader.scalar(table, 2, "I"))
        if self.data and n != self.size:
            raise ModelError(
                "tensor %d: %d bytes of data: its shape asks for %d" % (index, n, self.size)
            )
        if self.data and self.variable:
            raise ModelError("tensor %d: a variable with constant data" % index)
        self._quantization = reader.child(table, 4)

    @property
    def label(self):
        """The tensor's name in the file."""
        at, n = self._reader.vector(self._table, 3, 1)
        try:
            return self._reader.bytes(at, min(n, 255)).decode()
        except UnicodeError:
            return ""

    def scales(self):
        """How many scales the tensor has: 0, 1, or one for each index of `axis`."""
        return self._reader.vector(self._quantization, 2, 4)[1] if self._quantization else 0

    def verify(self):
        """Reads what the constructor has not: the shape of the quantisation. Gives the tensor."""
        self.zero_points()
        self.scales()
        self.axis()
        return self

    def scale_bits(self, i=0):
        """Scale `i` as the bits of a float32, which `real.from_bits` turns into an exact number."""
        at, n = self._reader.vector(self._quantization, 2, 4) if self._quantization else (0, 0)
        if not 0 <= i < n or self.zero_points() != n:
            text = "tensor %d: %d scales, %d zero points: wanted number %d of both"
            raise ModelError(text % (self.index, n, self.zero_points(), i))
        return self._reader.read("I", at + 4 * i)

    def scale(self, i=0):
        """Scale `i` as a float: for display only, kernels take `scale_bits`."""
        at, n = self._reader.vector(self._quantization, 2, 4) if self._quantization else (0, 0)
        return self._reader.read("f", at + 4 * i) if i < n else 0.0

    def zero_point(self, i=0):
        """Zero point `i`, checked to be a value of the tensor's type; 0 where there is none.

        Zero points without scales count as none.
        """
        at, n = self._reader.vector(self._quantization, 3, 8) if self._quantization else (0, 0)
        if i >= n or not self.scales():
            return 0
        value = self._reader.read("q", at + 8 * i)
        low, high = LIMITS.get(self.type, (-(1 << 31), (1 << 31) - 1))
        if not low <= value <= high:
            raise ModelError(
                "tensor %d: zero point %d: wanted one of its type" % (self.index, value)
            )
        return value

    def zero_points(self):
        """How many zero points the tensor has."""
        return self._reader.vector(self._quantization, 3, 8)[1] if self._quantization else 0

    def axis(self):
        """The dimension that the scales go along."""
        return self._reader.scalar(self._quantization, 6, "i") if self._quantization else 0


#: The range of the values of the integer types.
LIMITS = {INT8: (-128, 127), UINT8: (0, 255), INT16: (-32768, 32767), BOOL: (0, 1), INT4: (-8, 7)}


def key(subgraph, tensor):
    """A number for a tensor of a subgraph, or for scratch memory (see `scratch_key`)."""
    return subgraph.index << 20 | tensor


def scratch_key(op, slot):
    """A number for an operator's scratch memory; tensors have smaller ones in their subgraph."""
    return key(op.subgraph, 0x80000 | op.index << 2 | slot)


class Options:
    """The builtin options of an operator; an absent field has its default."""

    def __init__(self, reader, table):
        self._reader = reader
        self._table = table

    def get(self, number, form="i", default=0):
        """Field `number` as struct code `form`: b (bytes, enums, booleans), i, f, I."""
        return self._reader.scalar(self._table, number, form, default) if self._table else default

    def ints(self, number):
        """A vector of int32 as a tuple."""
        return self._reader.ints(self._table, number) if self._table else ()

    def text(self, number):
        """A string as bytes; empty where it is absent."""
        at, n = self._reader.vector(self._table, number, 1) if self._table else (0, 0)
        return self._reader.bytes(at, n)


class Operator:
    """One operator: code, index, subgraph, and the indices of its tensors (-1: none)."""

    def __init__(self, reader, table, index, subgraph, code):
        self._reader = reader
        self._table = table
        self.index = index
        self.subgraph = subgraph
        self.code = code
        self.inputs = reader.ints(table, 1)
        self.outputs = reader.ints(table, 2)
        self.intermediates = reader.ints(table, 8)
        self._options = reader.child(table, 4)
        if reader.field(table, 5):
            raise ModelError("%s: custom options: wanted none" % self)

    def options(self, union_type):
        """The builtin options, checked to be of that type of the union `BuiltinOptions`."""
        found = self._reader.scalar(self._table, 3, "B")
        if self._options and found != union_type:
            raise ModelError("options of type %d: wanted type %d" % (found, union_type))
        return Options(self._reader, self._options)

    def __str__(self):
        from .registry import name

        where = "op %d %s" % (self.index, name(self.code))
        return where if not self.subgraph.index else "subgraph %d %s" % (self.subgraph.index, where)


class Subgraph:
    """One subgraph: inputs and outputs (tensor indices), `tensor(i)`, `operator(i)`."""

    def __init__(self, model, table, index):
        reader = model.reader
        self._model = model
        self.index = index
        for field in (0, 1, 2):
            if not reader.field(table, field):
                raise ModelError("subgraph %d: no tensors, inputs or outputs" % index)
        self._tensors = reader.vector(table, 0, 4)
        self.tensors = self._tensors[1]
        self.inputs = reader.ints(table, 1)
        self.outputs = reader.ints(table, 2)
        self._known = {}  # tensors read before; a board has no room for them
        self._operators = reader.vector(table, 3, 4)
        self.operators = self._operators[1]
        if self.operators > _MAX_OPERATORS:
            raise ModelError("%d operators: wanted at most 4000" % self.operators)
        for i in self.inputs + self.outputs:
            self._check(i)

    def _check(self, i):
        if not 0 <= i < self.tensors:
            raise ModelError("tensor %d: the subgraph has %d" % (i, self.tensors))

    def tensor(self, i):
        if i in self._known:
            return self._known[i]
        self._check(i)
        reader = self._model.reader
        tensor = Tensor(reader, reader.element(self._tensors, i), i, self._model)
        if not SMALL:
            self._known[i] = tensor
        return tensor

    def code(self, i):
        """The builtin code of operator `i`."""
        reader = self._model.reader
        return self._model.code(reader.scalar(reader.element(self._operators, i), 0, "I"))

    def operator(self, i):
        reader = self._model.reader
        table = reader.element(self._operators, i)
        op = Operator(reader, table, i, self, self._model.code(reader.scalar(table, 0, "I")))
        for k in op.inputs + op.outputs + op.intermediates:
            if k != -1:
                self._check(k)
        return op


class Model:
    """The root of the file: `subgraph(i)`, `buffer(i)`, `code(i)`, `metadata(name)`."""

    def __init__(self, source):
        reader = Reader(source)
        self.reader = reader
        if reader.size < 16 or reader.bytes(4, 4) != b"TFL3":
            raise ModelError(
                "the file does not begin as a .tflite file does: wanted TFL3 at byte 4"
            )
        self._root = reader.root()
        version = reader.scalar(self._root, 0, "I")
        if version != 3:
            raise ModelError("schema version %d: wanted 3" % version)
        self._codes = reader.vector(self._root, 1, 4)
        self._subgraphs = reader.vector(self._root, 2, 4)
        self._buffers = reader.vector(self._root, 4, 4)
        self.subgraphs = self._subgraphs[1]
        if not self.subgraphs:
            raise ModelError("no subgraph: wanted at least one")

    def subgraph(self, i):
        if not 0 <= i < self.subgraphs:
            raise ModelError("subgraph %d: the model has %d" % (i, self.subgraphs))
        return Subgraph(self, self.reader.element(self._subgraphs, i), i)

    def code(self, i):
        """The builtin code of operator code `i`."""
        if i >= self._codes[1]:
            raise ModelError("operator code %d: the model has %d" % (i, self._codes[1]))
        table = self.reader.element(self._codes, i)
        # Old files have the byte, new ones the int; each leaves the other at its default or equal.
        return max(self.reader.scalar(table, 0, "b"), self.reader.scalar(table, 3, "i"))

    def buffer(self, i):
        """(position, bytes) of the data of buffer `i`; (0, 0) where it is empty."""
        if i >= self._buffers[1]:
            raise ModelError("buffer %d: the model has %d" % (i, self._buffers[1]))
        table = self.reader.element(self._buffers, i)
        if self.reader.scalar(table, 1, "Q") > 1:
            raise ModelError("buffer %d: its data lies outside the flatbuffer" % i)
        at, n = self.reader.vector(table, 0, 1)
        return (at, n) if n else (0, 0)

    def metadata(self, name):
        """The content of the metadata buffer with that name, as bytes; None where there is none."""
        found = self.metadata_place(name)
        return None if found is None else self.reader.bytes(found[0], found[1])

    def metadata_names(self):
        """The names of all metadata buffers."""
        entries = self.reader.vector(self._root, 6, 4)
        places = [
            self.reader.vector(self.reader.element(entries, i), 0, 1) for i in range(entries[1])
        ]
        return [str(self.reader.bytes(at, n), "utf-8") for at, n in places]

    def metadata_place(self, name):
        """(position, length) of the metadata buffer with that name; None where there is none."""
        entries = self.reader.vector(self._root, 6, 4)
        for i in range(entries[1]):
            table = self.reader.element(entries, i)
            at, n = self.reader.vector(table, 0, 1)
            if n == len(name) and self.reader.bytes(at, n) == name.encode():
                return self.buffer(self.reader.scalar(table, 1, "I"))
        return None
