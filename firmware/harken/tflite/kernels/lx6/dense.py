"""Dense layer; parameters as in `portable/dense.py`."""

from array import array

from . import inside, load, need, other, room, tables

_dense = load("dense").dense
#: Rows of x from which unpacking the weights once pays; then it is a 1x1 convolution.
_MANY = 3
#: Products that its accumulator holds, scaled by 256.
_DEEPEST = 65536
_convolution = other("conv", "patches", "lx6")
_geometry = array("i", [1] * 33)


def dense(p, x, w, y, s):
    rows, depth = p[1], p[2]
    batches, outputs = p[6], p[7]
    need(rows > 0 and depth > 0 and batches > 0 and 0 <= p[0] <= outputs - rows, "sizes")
    inside(x, p[3], batches * depth, "x")
    inside(w, p[4], rows * depth, "w")
    inside(y, p[5], batches * outputs, "y")
    tables(p, p[0], rows)
    if batches >= _MANY or p[9] or depth > _DEEPEST:
        return _rows(p, x, w, y, depth, batches)
    need(_dense(p, x, w, y, room(2 * depth + 16)) == 0, "call")


def _rows(p, x, w, y, depth, batches):
    patches = _convolution()
    g = _geometry
    g[19] = g[22] = batches  # an image of one line
    g[20] = depth
    g[29] = g[30] = 0
    patches(p, x, w, y, depth, g)
