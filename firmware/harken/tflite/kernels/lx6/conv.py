"""2D convolution; parameters as in `portable/conv.py`."""

from . import CHECKED, checked, inside, load, need, other, positive, refuse, room, tables

_conv = load("conv").conv
_grouped = other("conv", "conv")


def _check(p, x, w, y):
    rows, depth = p[1], p[2]
    batches, outputs = p[6], p[7]
    positive(p, 18, 28, "geometry")
    need(p[29] >= 0 and p[30] >= 0, "padding")
    need(depth == p[23] * p[24] * p[20], "depth")
    need(rows > 0 and batches > 0 and 0 <= p[0] <= outputs - rows, "sizes")
    inside(x, p[3], batches * p[18] * p[19] * p[20], "x")
    inside(w, p[4], rows * depth, "w")
    inside(y, p[5], batches * p[21] * p[22] * outputs, "y")
    tables(p, 0, outputs)
    checked(p, 4 * depth + 40)


def conv(p, x, w, y, s):
    if p[-1] != CHECKED:
        if p[31] != p[20]:
            return _grouped()(p, x, w, y, s)
        _check(p, x, w, y)
    if _conv(p, x, w, y, room[0], p, 0):
        refuse()


def patches(p, x, w, y, g, apart):
    """Runs a checked operator with the geometry of g[6] and g[18] to g[30].

    `apart` is how many bytes lie between the values of a filter when filters lie side by side.
    """
    if _conv(p, x, w, y, room[0], g, apart):
        refuse()
