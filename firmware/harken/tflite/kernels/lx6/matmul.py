"""Batched matrix product; parameters as in `portable/matmul.py`.

Rows of x against columns of w are patches against filters; a transposed x is the next set's.
"""

from array import array

from . import CHECKED, checked, inside, need, other
from .conv import patches

#: Columns that the table of biases has.
_CHUNK = 32
_turned = other("matmul", "matmul")
_geometry = array("i", [1] * 33)


def _check(p, x, w, y):
    depth, columns, rows = p[2], p[7], p[18]
    need(depth > 0 and columns > 0 and rows > 0 and p[6] > 0, "sizes")
    need(p[23] > 0 and p[23] + 2 * p[6] <= len(p), "pairs")
    need((p[21] == 1 and p[22] == depth) or (p[21] == columns and p[22] == 1), "strides of w")
    need(p[13] == 0 and p[14] + min(_CHUNK, columns) <= len(p), "tables")
    for b in range(p[6]):
        inside(x, p[3] + p[p[23] + 2 * b], rows * depth, "x")
        inside(w, p[4] + p[p[23] + 2 * b + 1], columns * depth, "w")
    inside(y, p[5], p[6] * rows * columns, "y")
    checked(p, 4 * depth + 40)


def matmul(p, x, w, y, s):
    if p[-1] != CHECKED:
        if p[19] != p[2] or p[20] != 1:  # x is transposed
            return _turned()(p, x, w, y, s)
        _check(p, x, w, y)
    columns, rows = p[7], p[18]
    apart = 0 if p[21] == 1 else columns
    g = _geometry
    g[19] = g[22] = rows
    g[20] = p[2]
    g[29] = g[30] = 0
    # Longer assignments would make a tuple.
    x_at, w_at, y_at = p[3], p[4], p[5]
    bias = p[14]
    pair = p[23]
    for b in range(p[6]):
        p[3] = x_at + p[pair]
        p[5] = y_at + b * rows * columns
        c = 0
        while c < columns:
            p[0], p[1] = c, min(_CHUNK, columns - c)
            p[4] = w_at + p[pair + 1] + c * p[22]
            p[14] = bias - c  # the biases are all zero
            patches(p, x, w, y, g, apart)
            c += _CHUNK
        pair += 2
    p[3], p[4], p[5] = x_at, w_at, y_at
    p[14] = bias
