"""Conversions between types.

0 count, 1 offset of x, 2 offset of y, 3 bytes a value of x, 4 bytes a value of y,
5 whether x is unsigned.
`any` takes the struct codes of both types as w.
"""

import struct

from .loops import load


def integers(p, x, w, y, s):
    n, at, to, a, b, unsigned = p
    for i in range(n):
        value = x[at + i] if unsigned else load(x, at + i * a, a)
        for k in range(b):
            y[to + i * b + k] = value >> 8 * k & 255


def any(p, x, w, y, s):
    n, at, to, a, b, _ = p
    limit = (1 << (8 * b)) - 1
    for i in range(n):
        value = struct.unpack_from(w[0], x, at + i * a)[0]
        if w[1] == "<f":
            struct.pack_into("<f", y, to + i * b, value)
            continue
        value = int(value) & limit
        for k in range(b):
            y[to + i * b + k] = value >> 8 * k & 255
