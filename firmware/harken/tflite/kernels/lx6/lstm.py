"""LSTM gates; parameters as in `portable/lstm.py`. The state is updated by another set's kernel."""

from .. import find
from . import inside, load, need, room

_dense16 = load("lstm").dense16


def dense16(p, x, w, y, s):
    rows, depth, outputs = p[1], p[2], p[7]
    if p[9]:
        return find("viper", "lstm", "dense16")(p, x, w, y, s)
    need(rows > 0 and 0 < depth <= 65536 and 0 <= p[0] <= outputs - rows, "sizes")
    need(p[14] >= 0 and p[14] + p[0] + rows <= len(p), "bias")
    need(0 <= p[15] < len(p) and 0 <= p[16] < len(p), "multiplier")
    inside(x, p[3], depth, "x")
    inside(w, p[4], rows * depth, "w")
    inside(y, p[5] + 2 * p[0], 2 * rows, "y")
    need(not (p[5] & 1), "y is not at a 16-bit word")
    need(_dense16(p, x, w, y, room(2 * depth + 16)) == 0, "call")
