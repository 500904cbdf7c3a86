"""Batched matrix product; parameters as in `portable/matmul.py`.

Rows of x against columns of w are patches against filters; a transposed x is the next set's.
"""

from array import array

from . import inside, need, other
from .conv import patches

#: Columns that the table of biases has.
_CHUNK = 32
_turned = other("matmul", "matmul")
_geometry = array("i", [1] * 33)


def matmul(p, x, w, y, s):
    depth, columns, rows = p[2], p[7], p[18]
    if p[19] != depth or p[20] != 1:  # x is transposed
        return _turned()(p, x, w, y, s)
    apart = 0 if p[21] == 1 else columns
    need(p[21] == (apart or 1) and p[22] == (1 if apart else depth), "strides of w")
    need(depth > 0 and columns > 0 and rows > 0 and p[6] > 0, "sizes")
    need(p[23] + 2 * p[6] <= len(p), "pairs")
    g = _geometry
    g[19] = g[22] = rows
    g[20] = depth
    g[29] = g[30] = 0
    # Longer assignments would make a tuple.
    x_at, w_at, y_at = p[3], p[4], p[5]
    bias = p[14]
    for b in range(p[6]):
        p[3] = x_at + p[p[23] + 2 * b]
        p[5] = y_at + b * rows * columns
        inside(x, p[3], rows * depth, "x")
        inside(y, p[5], rows * columns, "y")
        start = w_at + p[p[23] + 2 * b + 1]
        inside(w, start, columns * depth, "w")
        c = 0
        while c < columns:
            p[0], p[1] = c, min(_CHUNK, columns - c)
            p[4] = start + c * p[22]
            p[14] = bias - c  # the biases are all zero
            patches(p, x, w, y, depth, g, apart)
            c += _CHUNK
    p[3], p[4], p[5] = x_at, w_at, y_at
    p[14] = bias
