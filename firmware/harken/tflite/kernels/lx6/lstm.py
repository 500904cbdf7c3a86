"""LSTM gates and state; parameters as in `portable/lstm.py`."""

from . import inside, load, need, other, room

_code = load("lstm")
_dense16, _update = _code.dense16, _code.update
_shifted = other("lstm", "dense16")


def dense16(p, x, w, y, s):
    rows, depth, outputs = p[1], p[2], p[7]
    if p[9]:
        return _shifted()(p, x, w, y, s)
    need(rows > 0 and 0 < depth <= 65536 and 0 <= p[0] <= outputs - rows, "sizes")
    need(p[14] >= 0 and p[14] + p[0] + rows <= len(p), "bias")
    last = p[13] * (p[0] + rows - 1)
    need(0 <= p[13] <= 1 and p[15] >= 0 and p[16] >= 0, "multiplier")
    need(p[15] + last < len(p) and p[16] + last < len(p), "multiplier")
    inside(x, p[3], depth, "x")
    inside(w, p[4], rows * depth, "w")
    inside(y, p[5] + 2 * p[0], 2 * rows, "y")
    need(not (p[5] & 1), "y is not at a 16-bit word")
    need(_dense16(p, x, w, y, room(2 * depth + 16)) == 0, "call")


def update(p, x, w, y, s):
    units = p[0]
    need(units > 0 and len(p) > 13 and not ((p[1] | p[3]) & 1), "sizes")
    need(len(w) >= 256 and type(w) is not memoryview, "table")
    inside(x, p[1], 2 * units, "x")
    inside(y, p[2], units, "y")
    inside(s, p[3], 8 * units, "s")
    need(_update(p, x, w, y, s) == 0, "call")
