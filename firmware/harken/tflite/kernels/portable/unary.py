"""Functions of one tensor; p: count, offset of x, offset of y."""

import math
import struct

from .loops import load
from .plain import single


def bounded(p, x, w, y, s):
    """int8 through the table w of 256 bytes; p[3] is the lowest value that has a result."""
    n, at, to, lowest = p
    for i in range(n):
        v = x[at + i]
        if (v ^ 128) - 128 < lowest:
            raise ValueError("RSQRT: a negative value")
        y[to + i] = w[v]


def mapped_int16(p, x, w, y, s):
    """int16 through the function w."""
    n, at, to = p
    for i in range(0, 2 * n, 2):
        v = w(load(x, at + i, 2))
        y[to + i] = v & 255
        y[to + i + 1] = v >> 8 & 255


def _mapped(p, x, y, function):
    n, at, to = p
    for i in range(0, 4 * n, 4):
        struct.pack_into("<f", y, to + i, function(struct.unpack_from("<f", x, at + i)[0]))


def relu(p, x, w, y, s):
    _mapped(p, x, y, lambda v: 0.0 if v < 0.0 else v)


def relu6(p, x, w, y, s):
    _mapped(p, x, y, lambda v: 6.0 if v > 6.0 else 0.0 if v < 0.0 else v)


def leaky_relu(p, x, w, y, s):
    """w is alpha."""
    _mapped(p, x, y, lambda v: v if v > 0.0 else single(v * w))


def hard_swish(p, x, w, y, s):
    _mapped(p, x, y, lambda v: single(single(v * min(6.0, max(0.0, single(v + 3.0)))) / 6.0))


def rsqrt(p, x, w, y, s):
    _mapped(p, x, y, lambda v: single(1.0 / single(math.sqrt(v))))
