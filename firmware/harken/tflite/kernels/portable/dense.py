"""Dense layer on int8 values with int32 accumulators.

Parameters p (array of int32), the same in every kernel set:

    0 first output of this tile      1 outputs in this tile   2 depth (values a row)
    3 offset of x                    4 offset of w            5 offset of y
    6 batches                        7 outputs in all         8 added to x (-zero point)
    9 added to w (-zero point)      10 zero point of y       11 lowest  12 highest value of y
   13 step in the multiplier table: 0 one for all, 1 one an output
   14, 15, 16 index in p of the tables bias, multiplier, shift    17 offset of the scratch in s

Outputs of a tile come as rows of `depth` bytes from w[p[4]] on.
"""

from .fixed import dot, int8s, requantize, wrap


def dense(p, x, w, y, s):
    first, rows, depth, x_at, w_at, y_at, batches, outputs, x_add, w_add, zero, low, high, step = p[
        :14
    ]
    bias, multiplier, shift = p[14] + first, p[15] + first * step, p[16] + first * step
    weights = []
    for r in range(rows):
        row = int8s(w, w_at + r * depth, depth)
        weights.append([v + w_add for v in row] if w_add else row)
    for b in range(batches):
        values = [v + x_add for v in int8s(x, x_at + b * depth, depth)]
        at = y_at + b * outputs + first
        for r in range(rows):
            value = wrap(p[bias + r] + dot(values, weights[r]))
            value = requantize(value, p[multiplier + r * step], p[shift + r * step]) + zero
            y[at + r] = min(max(value, low), high) & 255


def scratch(outputs, depth):
    """Bytes of scratch that `dense` wants."""
    return 0
