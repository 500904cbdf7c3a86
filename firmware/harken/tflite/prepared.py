"""Reads a prepared layout: what `allocate_tensors` would find out, computed beforehand on a host.

A packed model may carry it behind its own bytes. On a board it saves the code that lays a model
out, and the time: only the arrays of parameters are read. The last 16 bytes of such a file are

    "HKPL", offset and length of the layout, its CRC-32

The layout is one value. A value is a byte that names its kind, see `KINDS`, and what belongs to it;
a number is a zigzag varint, least significant part first. Arrays, buffers and runners are numbered
in the order in which they begin, so that what is shared can be named again. The host writes it
with `harken_toolchain.prepare`; both ends are built from one checkout, so there is one version.
"""

import struct
from array import array

from . import kernels as kernel_sets
from .compat import leaf

try:
    from binascii import crc32
except ImportError:  # a MicroPython built without it: the length has to do
    crc32 = None

MAGIC = b"HKPL"
FOOTER = "<4sIII"
FOOTER_SIZE = struct.calcsize(FOOTER)
#: Kinds of values, in the order of their numbers.
KINDS = (
    "none",
    "int",
    "float",
    "text",
    "tuple",
    "dict",
    "array",
    "buffer",
    "content",
    "again",
    "kernel",
    "method",
    "view",
    "source",
)
_CHUNK = 256
#: Bytes from which on a buffer is worth keeping for another layout.
_LARGE = 1024


def load(source, kernels, spare=()):
    """The layout behind the model in `source`, a dict; None where none is or a damaged one.

    Buffers of `spare`, a list of bytearrays, are taken for large ones that are no larger: a heap
    in use may have none left in one piece, and layouts may share them as `Interpreter` says. The
    dict's "buffers" are the large ones that the layout has.
    """
    if source.size < FOOTER_SIZE:
        return None
    footer = bytearray(FOOTER_SIZE)
    source.readinto(source.size - FOOTER_SIZE, footer)
    magic, offset, length, crc = struct.unpack(FOOTER, footer)
    if magic != MAGIC or offset + length + FOOTER_SIZE != source.size:
        return None
    if crc32 and _checksum(source, offset, length) != crc:
        return None
    reader = _Reader(source, offset, kernels, list(spare))
    layout = reader.value()
    layout["buffers"] = reader.large
    return layout


def _checksum(source, at, length):
    value, chunk = 0, memoryview(bytearray(_CHUNK))
    while length:
        part = chunk[: min(length, _CHUNK)]
        source.readinto(at, part)
        value = crc32(part, value)
        at += len(part)
        length -= len(part)
    return value & 0xFFFFFFFF


class _Reader:
    def __init__(self, source, at, kernels, spare):
        self._spare = spare
        self.large = []
        self._from = source
        self._at = at
        self._kernels = kernels
        self._known = []
        self._byte = bytearray(1)

    def value(self):
        return getattr(self, "_" + KINDS[self._next()])()

    def _next(self):
        self._from.readinto(self._at, self._byte)
        self._at += 1
        return self._byte[0]

    def _into(self, buffer, size):
        self._from.readinto(self._at, buffer)
        self._at += size
        return buffer

    def _number(self):
        value = shift = 0
        while True:
            byte = self._next()
            value |= (byte & 127) << shift
            if byte < 128:
                return value >> 1 if not value & 1 else -(value >> 1) - 1
            shift += 7

    def _remember(self, found):
        self._known.append(found)
        return found

    def _none(self):
        return None

    def _int(self):
        return self._number()

    def _float(self):
        return struct.unpack("<d", self._into(bytearray(8), 8))[0]

    def _text(self):
        size = self._number()
        return str(self._into(bytearray(size), size), "utf-8")

    def _tuple(self):
        return tuple([self.value() for _ in range(self._number())])

    def _dict(self):
        found = {}
        for _ in range(self._number()):
            key = self.value()  # a statement of its own: MicroPython evaluates values first
            found[key] = self.value()
        return found

    def _array(self):
        code, size = chr(self._next()), self._number()
        return self._remember(array(code, self._into(bytearray(size), size)))

    def _buffer(self):
        size = self._number()
        found = None
        for buffer in self._spare:
            if _LARGE <= size <= len(buffer) and (found is None or len(buffer) < len(found)):
                found = buffer
        if found is None:
            found = bytearray(size)
        else:
            self._spare.remove(found)
        if size >= _LARGE:
            self.large.append(found)
        return self._remember(found)

    def _content(self):
        size = self._number()
        return self._remember(self._into(bytearray(size), size))

    def _again(self):
        return self._known[self._number()]

    def _kernel(self):
        return kernel_sets.find(self._kernels, self._text(), self._text())

    def _method(self):
        """A bound method of a runner: module, class, method, attributes."""
        name = __name__[: __name__.rfind(".") + 1] + self._text()
        runner = getattr(leaf(name), self._text())
        found = self._remember(object.__new__(runner))
        method = self._text()
        for _ in range(self._number()):
            setattr(found, self._text(), self.value())
        return getattr(found, method)

    def _view(self):
        base, start = memoryview(self.value()), self._number()
        return base[start : start + self._number()]

    def _source(self):
        return self._from
