"""2D convolution; parameters as in `portable/conv.py`."""

from . import inside, load, need, other, positive, room, tables

_conv = load("conv").conv
_grouped = other("conv", "conv")


def conv(p, x, w, y, s):
    rows, depth = p[1], p[2]
    batches, outputs = p[6], p[7]
    if p[31] != p[20]:  # groups
        return _grouped()(p, x, w, y, s)
    positive(p, 18, 28, "geometry")
    need(p[29] >= 0 and p[30] >= 0, "padding")
    need(depth == p[23] * p[24] * p[20], "depth")
    need(rows > 0 and batches > 0 and 0 <= p[0] <= outputs - rows, "sizes")
    inside(x, p[3], batches * p[18] * p[19] * p[20], "x")
    inside(w, p[4], rows * depth, "w")
    inside(y, p[5], batches * p[21] * p[22] * outputs, "y")
    tables(p, p[0], rows)
    patches(p, x, w, y, depth, p)


def patches(p, x, w, y, depth, g, apart=0):
    """Runs the checked operator with the geometry of g[18] to g[30].

    `apart` is how many bytes lie between the values of a filter when filters lie side by side.
    """
    need(_conv(p, x, w, y, room(4 * depth + 40), g, apart) == 0, "call")
