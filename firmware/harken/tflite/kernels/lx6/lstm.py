"""LSTM gates and state; parameters as in `portable/lstm.py`."""

from . import CHECKED, checked, inside, load, need, other, refuse, room

_code = load("lstm")
_dense16, _update = _code.dense16, _code.update
_shifted = other("lstm", "dense16")


def _check(p, x, w, y):
    rows, depth, outputs = p[1], p[2], p[7]
    need(rows > 0 and 0 < depth <= 65536 and 0 <= p[0] <= outputs - rows, "sizes")
    need(p[14] >= 0 and p[14] + outputs <= len(p), "bias")
    need(0 <= p[15] < len(p) and 0 <= p[16] < len(p), "multiplier")
    inside(x, p[3], depth, "x")
    inside(w, p[4], rows * depth, "w")
    inside(y, p[5], 2 * outputs, "y")
    need(not (p[5] & 1), "y is not at a 16-bit word")
    checked(p, 2 * depth + 16)


def dense16(p, x, w, y, s):
    if p[-1] != CHECKED:
        if p[9]:
            return _shifted()(p, x, w, y, s)
        _check(p, x, w, y)
    if _dense16(p, x, w, y, room[0]):
        refuse()


def update(p, x, w, y, s):
    if p[-1] != CHECKED:
        units = p[0]
        need(units > 0 and len(p) > 13 and not ((p[1] | p[3]) & 1), "sizes")
        need(len(w) >= 256 and type(w) is not memoryview, "table")
        inside(x, p[1], 2 * units, "x")
        inside(y, p[2], units, "y")
        inside(s, p[3], 8 * units, "s")
        checked(p)
    if _update(p, x, w, y, s):
        refuse()
