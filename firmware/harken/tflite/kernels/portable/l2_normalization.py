"""Rows divided by the root of their sum of squares.

0 rows, 1 depth, 2 offset of x, 3 offset of y, 4 zero point of x, 5 to 9 words for the kernel.
"""

import math
import struct

from ...tables import inverse_root
from .fixed import requantize
from .plain import single


def int8(p, x, w, y, s):
    rows, depth, at, to, zero = p[:5]
    for _ in range(rows):
        values = [(x[at + i] ^ 128) - 128 - zero for i in range(depth)]
        multiplier, right = inverse_root(sum([v * v for v in values]))
        for i in range(depth):
            y[to + i] = max(-128, min(requantize(values[i], multiplier, 7 - right), 127)) & 255
        at += depth
        to += depth


def float32(p, x, w, y, s):
    rows, depth, at, to, _ = p[:5]
    for _ in range(rows):
        total = 0.0
        for i in range(at, at + 4 * depth, 4):
            v = struct.unpack_from("<f", x, i)[0]
            total = single(total + single(v * v))
        norm = max(single(math.sqrt(total)), single(1e-6))
        for i in range(0, 4 * depth, 4):
            struct.pack_into("<f", y, to + i, struct.unpack_from("<f", x, at + i)[0] / norm)
        at += 4 * depth
        to += 4 * depth
