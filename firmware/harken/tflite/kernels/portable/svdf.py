"""SVDF in three steps: the state moves on, features enter it, filters over time read it.

`shift`: p: 0 bytes of the state, 1 its offset in y, 2 bytes of a value.

`feature`: p: 0 to 12, 17 as in `dense.py` (y is the state, 11 and 12 clamp before 10 is added), 18,
19 multiplier and shift, 20 values a filter remembers, 21 bytes of a value of the state.

`time`: x is the state, w the weights over time; p: 1 units, 2 rank, 3, 4, 5 offsets of x, w, y,
6 batches, 7 values a filter remembers, 8 added to x, 9 bytes of a value of x and w, 10 to 17 as in
`dense.py`.
"""

from .fixed import dot, int8s, requantize, wrap
from .loops import load


def scratch(filters, inputs):
    """Bytes of scratch that `feature` and `time` want."""
    return 0


def shift(p, x, w, y, s):
    n, at, width = p
    y[at : at + n - width] = bytes(y[at + width : at + n])


def feature(p, x, w, y, s):
    first, rows, depth, filters, add, zero, low, high = (
        p[0],
        p[1],
        p[2],
        p[7],
        p[8],
        p[10],
        p[11],
        p[12],
    )
    memory, width = p[20], p[21]
    for b in range(p[6]):
        values = [v + add for v in int8s(x, p[3] + b * depth, depth)]
        for r in range(rows):
            v = wrap(dot(values, int8s(w, p[4] + r * depth, depth)))
            v = min(max(requantize(v, p[18], p[19]), low), high) + zero
            at = p[5] + ((b * filters + first + r + 1) * memory - 1) * width
            for i in range(width):
                y[at + i] = v >> (8 * i) & 255


def _filter(p, x, w, b, f):
    """One filter of a batch over what it remembers."""
    memory, width, total = p[7], p[9], 0
    at = p[3] + (b * p[1] * p[2] + f) * memory * width
    w_at = p[4] + f * memory * width
    for j in range(memory):
        total += load(w, w_at + j * width, width) * (load(x, at + j * width, width) + p[8])
    return total


def time(p, x, w, y, s):
    units, rank = p[1], p[2]
    for b in range(p[6]):
        for u in range(units):
            v = p[p[14] + u] + sum([_filter(p, x, w, b, u * rank + r) for r in range(rank)])
            v = requantize(wrap(v), p[p[15]], p[p[16]]) + p[10]
            y[p[5] + b * units + u] = min(max(v, p[11]), p[12]) & 255
