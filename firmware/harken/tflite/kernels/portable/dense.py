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

from .fixed import clamped, int8s, products, requantize, requantized, wrapped


def dense(p, x, w, y, s):
    first, rows, depth, x_at, w_at, y_at, batches, outputs, x_add, w_add = p[:10]
    zero, low, high, step = p[10:14]
    weights = int8s(w, w_at, rows * depth)
    if w_add:
        weights = [v + w_add for v in weights]
    bias = p[p[14] + first : p[14] + first + rows]
    for b in range(batches):
        values = [v + x_add for v in int8s(x, x_at + b * depth, depth)]
        sums = wrapped([v + c for v, c in zip(products(values, weights, depth), bias)])
        if step:
            m, n = p[15] + first, p[16] + first
            sums = [requantize(v, p[m + r], p[n + r]) for r, v in enumerate(sums)]
        else:
            sums = requantized(sums, p[p[15]], p[p[16]])
        at = y_at + b * outputs + first
        y[at : at + rows] = clamped(sums, zero, low, high)


def scratch(outputs, depth):
    """Bytes of scratch that `dense` wants."""
    return 0
