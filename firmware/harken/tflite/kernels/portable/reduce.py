"""Sums and largest values along dimensions.

    0 index in p of the levels that stay   1 how many   2 offset of x   3 offset of y
    4 elements of the inner loop   5 its step in x   6 unused
    7 index in p of the outer levels that go   8 how many   9 ... own ones

A level is count, step of x, 0, counter. Own ones of integer sums: 9 multiplier, 10 shift (positive
to the left), 11 added to a sum (-zero point * elements), 12 zero point of y; of float sums: 9 what
they are divided by.
"""

import struct

from .fixed import requantize, wrap
from .loops import advance, load
from .plain import single


def _places(p, a):
    """The offset of every element that goes into one output, in the order of the tensor."""
    while True:
        for i in range(p[4]):
            yield a + i * p[5]
        moved = advance(p, 7)
        if moved is None:
            return
        a += moved[0]


def _outputs(p, width):
    """(offset in x, offset in y) of every output."""
    a, c = p[2], p[3]
    while True:
        yield a, c
        moved = advance(p)
        if moved is None:
            return
        a += moved[0]
        c += width


def sum_int8(p, x, w, y, s):
    for a, c in _outputs(p, 1):
        total = p[11]
        for k in _places(p, a):
            total += (x[k] ^ 128) - 128
        total = requantize(wrap(total), p[9], p[10]) + p[12]
        y[c] = min(max(total, -128), 127) & 255


def sum_int16(p, x, w, y, s):
    for a, c in _outputs(p, 2):
        total = p[11]
        for k in _places(p, a):
            total += load(x, k, 2)
        total = requantize(wrap(total), p[9], p[10]) + p[12]
        total = min(max(total, -32768), 32767)
        y[c] = total & 255
        y[c + 1] = total >> 8 & 255


def sum_float32(p, x, w, y, s):
    for a, c in _outputs(p, 4):
        total = 0.0
        for k in _places(p, a):
            total = single(total + struct.unpack_from("<f", x, k)[0])
        struct.pack_into("<f", y, c, single(total / p[9]))


def maximum_int8(p, x, w, y, s):
    for a, c in _outputs(p, 1):
        y[c] = max([x[k] ^ 128 for k in _places(p, a)]) ^ 128


def maximum_float32(p, x, w, y, s):
    for a, c in _outputs(p, 4):
        largest = -3.4028234663852886e38
        for k in _places(p, a):
            value = struct.unpack_from("<f", x, k)[0]
            if value > largest:
                largest = value
        struct.pack_into("<f", y, c, largest)
