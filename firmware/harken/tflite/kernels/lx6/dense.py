"""Dense layer; parameters as in `portable/dense.py`."""

from array import array

from . import CHECKED, checked, inside, load, need, other, refuse, room, tables

_dense = load("dense").dense
#: Rows of x from which unpacking the weights once pays; then it is a 1x1 convolution.
_MANY = 3
#: Products that its accumulator holds, scaled by 256.
_DEEPEST = 65536
#: Ends p instead of CHECKED where the call goes to the convolution.
_AS_ROWS = CHECKED + 1
_patches = None
_shifted = other("dense", "dense")
_geometry = array("i", [1] * 33)


def _check(p, x, w, y):
    rows, depth = p[1], p[2]
    batches, outputs = p[6], p[7]
    need(rows > 0 and depth > 0 and batches > 0 and 0 <= p[0] <= outputs - rows, "sizes")
    inside(x, p[3], batches * depth, "x")
    inside(w, p[4], rows * depth, "w")
    inside(y, p[5], batches * outputs, "y")
    tables(p, 0, outputs)
    checked(p, 4 * depth + 40)


def _convolution():
    """The convolution's `patches`, or False where this board has none."""
    global _patches
    if _patches is None:
        try:
            from .conv import patches
        except ImportError:
            patches = False
        _patches = patches
    return _patches


def _routed(p, x, w, y, s):
    """Calls that are not checked yet, and those that another kernel does better."""
    if p[-1] != _AS_ROWS:
        only = p[9] or p[2] > _DEEPEST
        many = only or p[6] >= _MANY
        if only and not _convolution():
            return _shifted()(p, x, w, y, s)
        _check(p, x, w, y)
        if not many or not _convolution():
            return dense(p, x, w, y, s)
        p[-1] = _AS_ROWS
    g = _geometry
    g[19] = g[22] = p[6]  # an image of one line
    g[20] = p[2]
    g[29] = g[30] = 0
    _convolution()(p, x, w, y, g, 0)


def dense(p, x, w, y, s):
    if p[-1] != CHECKED:
        _routed(p, x, w, y, s)
    elif _dense(p, x, w, y, room[0]):
        refuse()
