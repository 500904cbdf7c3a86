"""Reads flatbuffers from a source without loading them; every access is checked.

A table is named by its position, a field by its number in the schema. Layout: https://flatbuffers.dev
"""

import struct

from .errors import ModelError

_WINDOW = 512


class Reader:
    """Integers, tables and vectors of the flatbuffer in `source`.

    A window of 512 bytes is kept, so that neighbouring fields cost one read of the flash. All
    positions that come from the file are checked against its size: `ModelError`.
    """

    def __init__(self, source):
        self.source = source
        self.size = source.size
        if source.memory is None:
            self._data = bytearray(min(_WINDOW, self.size))
            self._low = self._high = 0
        else:
            self._data = source.memory
            self._low, self._high = 0, self.size

    def _at(self, at, n):
        """The index of position `at` in the window, which then holds `n` bytes from there."""
        if self._low <= at and at + n <= self._high:
            return at - self._low
        if at < 0 or at + n > self.size:
            raise ModelError(
                "offset %d: wanted %d bytes inside the file of %d" % (at, n, self.size)
            )
        low = max(0, min(at, self.size - len(self._data)))
        self.source.readinto(low, self._data)
        self._low, self._high = low, low + len(self._data)
        return at - low

    def half(self, at):
        """The unsigned 16-bit number at `at`."""
        i = self._at(at, 2)
        return self._data[i] | self._data[i + 1] << 8

    def word(self, at):
        """The unsigned 32-bit number at `at`; unlike `read`, it leaves no garbage."""
        i = self._at(at, 4)
        data = self._data
        return data[i] | data[i + 1] << 8 | data[i + 2] << 16 | data[i + 3] << 24

    def read(self, form, at):
        """One number at `at`; `form` is a struct code without byte order."""
        if form == "I":
            return self.word(at)
        if form == "i":
            value = self.word(at)
            return value - (1 << 32) if value >> 31 else value
        if form == "b":
            return (self._data[self._at(at, 1)] ^ 128) - 128
        form = "<" + form
        return struct.unpack_from(form, self._data, self._at(at, struct.calcsize(form)))[0]

    def root(self):
        """The position of the root table."""
        return self.table(self.word(0))

    def table(self, at):
        """Checks that a table lies at `at` and returns `at`."""
        vtable = at - self.read("i", at)
        size = self.half(vtable)
        if size < 4 or size & 1 or vtable + size > self.size:
            raise ModelError("table at %d: vtable of %d bytes at %d" % (at, size, vtable))
        if at + self.half(vtable + 2) > self.size:
            raise ModelError("table at %d: ends behind the file" % at)
        return at

    def field(self, table, number):
        """The position of a field of `table`, 0 where the field is absent."""
        vtable = table - self.read("i", table)
        slot = 4 + 2 * number
        if slot + 2 > self.half(vtable):
            return 0
        offset = self.half(vtable + slot)
        return table + offset if offset else 0

    def scalar(self, table, number, form, default=0):
        """The number in a field, `default` where it is absent."""
        at = self.field(table, number)
        return self.read(form, at) if at else default

    def child(self, table, number):
        """The position of the table that a field points to, 0 where it is absent."""
        at = self.field(table, number)
        return self.table(at + self.word(at)) if at else 0

    def vector(self, table, number, width):
        """(position, length) of a vector with elements of `width` bytes; (0, 0) where absent."""
        at = self.field(table, number)
        if not at:
            return 0, 0
        at += self.word(at)
        n = self.word(at)
        if at + 4 + n * width > self.size:
            raise ModelError(
                "vector at %d: %d elements of %d bytes: behind the end" % (at, n, width)
            )
        return at + 4, n

    def ints(self, table, number, form="i", most=1024):
        """A vector of at most so many numbers as a tuple."""
        width = struct.calcsize("<" + form)
        at, n = self.vector(table, number, width)
        if n > most:
            raise ModelError("vector at %d: %d elements: wanted at most %d" % (at, n, most))
        return tuple([self.read(form, at + i * width) for i in range(n)])

    def element(self, vector, index):
        """The position of table `index` in a vector of tables given as (position, length)."""
        at = vector[0] + 4 * index
        return self.table(at + self.word(at))

    def bytes(self, at, n):
        """`n` bytes at `at`, as bytes."""
        if at < 0 or n < 0 or at + n > self.size:
            raise ModelError(
                "offset %d: wanted %d bytes inside the file of %d" % (at, n, self.size)
            )
        data = bytearray(n)
        if n:
            self.source.readinto(at, data)
        return bytes(data)
