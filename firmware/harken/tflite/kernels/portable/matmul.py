"""Batched matrix product of int8 values, each side with its own strides.

p: 2 depth, 3, 4, 5 offsets of x, w, y, 6 batches, 7 columns of y, 8 to 17 as in `dense.py` (9 added
to w; the bias table has min(columns, 32) zeros), 18 rows of y, 19, 20 strides of x (row, depth),
21, 22 strides of w (depth, column), 23 index in p of pairs (offset of x, offset of w), one a batch.
"""

from .fixed import dot, int8s, requantize, wrap


def scratch(columns, depth):
    """Bytes of scratch that `matmul` wants."""
    return 0


def matmul(p, x, w, y, s):
    depth, columns, rows, pairs = p[2], p[7], p[18], p[23]
    multiplier, shift, zero, low, high = p[p[15]], p[p[16]], p[10], p[11], p[12]
    at = p[5]
    for b in range(p[6]):
        a = int8s(x, p[3] + p[pairs + 2 * b], rows * depth)
        c = int8s(w, p[4] + p[pairs + 2 * b + 1], columns * depth)
        lines = [[c[k * p[21] + j * p[22]] + p[9] for k in range(depth)] for j in range(columns)]
        for i in range(rows):
            row = [a[i * p[19] + k * p[20]] + p[8] for k in range(depth)]
            for line in lines:
                v = requantize(wrap(dot(row, line)), multiplier, shift) + zero
                y[at] = min(max(v, low), high) & 255
                at += 1
