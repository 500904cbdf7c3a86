"""Depthwise 2D convolution; parameters as in `portable/depthwise.py`."""

from . import CHECKED, checked, inside, load, need, other, positive, refuse, room, tables

_depthwise = load("depthwise").depthwise
_LARGEST = 16384
_wide = other("depthwise", "depthwise")


def _size(p):
    """Bytes of scratch: the filters and columns of one group of channels."""
    column = (p[23] + 1) // 2 * 4
    window = (p[24] - 1) * p[28] + 1
    columns = (p[22] - 1) * p[26] + window
    return 4 * ((window * column + 7) // 8 * 8 + 8 + columns * column + 16)


def _check(p, x, w, y, size):
    batches, outputs = p[6], p[7]
    positive(p, 18, 28, "geometry")
    need(p[29] >= 0 and p[30] >= 0, "padding")
    need(batches > 0 and p[31] > 0 and outputs == p[20] * p[31], "sizes")
    inside(x, p[3], batches * p[18] * p[19] * p[20], "x")
    inside(w, p[4], p[23] * p[24] * outputs, "w")
    inside(y, p[5], batches * p[21] * p[22] * outputs, "y")
    tables(p, 0, outputs)
    checked(p, size)


def depthwise(p, x, w, y, s):
    if p[-1] != CHECKED:
        size = _size(p)
        if size > _LARGEST:
            return _wide()(p, x, w, y, s)
        _check(p, x, w, y, size)
    if _depthwise(p, x, w, y, room[0]):
        refuse()
