"""Runs a prepared model: all that stays on a board's heap when the model stands."""

import struct
from array import array

# Elements that are copied at once: the copy lies on the heap for a moment.
_PIECE = 64


class Runner:
    """Sets inputs, invokes, gets outputs; part of `Interpreter`'s interface.

    `buffers` are its large buffers where the layout was prepared; another one may take them over.

    `steps` are what `invoke` runs, `variables` (buffer, offset, bytes, start byte) of each variable
    tensor, `places` (buffer, offset, bytes, array code, dtype) of inputs and outputs by index.
    """

    def __init__(self, steps=None, variables=(), places=None):
        self.buffers = ()
        self._steps = steps
        self._variables = variables
        self._places = places

    def invoke(self):
        """Runs the model once. Allocates nothing when the kernels do not (viper, lx6)."""
        for f, p, x, w, y, s in self._steps:
            f(p, x, w, y, s)

    def reset_variable_tensors(self):
        """Sets the state of a streaming model back to its start."""
        for buffer, offset, size, zero in self._variables:
            for i in range(offset, offset + size):
                buffer[i] = zero

    def set_tensor(self, index, data):
        """Fills an input from bytes of its size, a numpy array or a (nested) sequence."""
        buffer, offset, size, code, name = self._place(index)
        if hasattr(data, "dtype"):
            if str(data.dtype) != name:
                raise ValueError("tensor %d: %s data: wanted %s" % (index, data.dtype, name))
            data = data.tobytes()
        if isinstance(data, array):
            data = memoryview(data)
        if isinstance(data, memoryview):
            end = _copy(buffer, offset, data, offset + size)
            if end != offset + size:
                raise ValueError("tensor %d: %d bytes: wanted %d" % (index, end - offset, size))
            return
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


def _copy(buffer, at, view, end):
    """Copies a memoryview to `buffer` in small pieces; returns where it stopped."""
    for i in range(0, len(view), _PIECE):
        piece = bytes(view[i : i + _PIECE])
        if at + len(piece) > end:
            raise ValueError("more data than the tensor has room for")
        buffer[at : at + len(piece)] = piece
        at += len(piece)
    return at


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
