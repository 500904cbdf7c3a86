"""Softmax of int8 rows.

p: 0 rows, 1 depth, 2 offset of x, 3 offset of y, 4 length of the table, 5 bits of y (8 or 16),
6 offset in s of 32 bytes of scratch. w: array of int32, exp(0), exp(-1 step) ... with 31 fractional
bits; beyond its end exp counts as 0. y may lie where x does when both are int8.
"""

from ...curves import reciprocal
from .fixed import divide, high_mul, int8s


def softmax(p, x, w, y, s):
    rows, depth, at, to, size, bits, _ = p
    low = -(1 << (bits - 1))
    for r in range(rows):
        values = int8s(x, at + r * depth, depth)
        top = max(values)
        total = 0
        for v in values:
            if top - v < size:
                total += divide(w[top - v], 12)
        head = 0
        while not (total << head) & 0x80000000:
            head += 1
        scale = reciprocal((total << head) - 0x80000000)
        power = min(12 - head + 31 - bits, 31)
        for i, v in enumerate(values):
            value = divide(high_mul(scale, w[top - v]), power) if top - v < size else 0
            value = min(value + low, -low - 1)
            if bits == 8:
                y[to + r * depth + i] = value & 255
            else:
                k = to + 2 * (r * depth + i)
                y[k] = value & 255
                y[k + 1] = (value >> 8) & 255
