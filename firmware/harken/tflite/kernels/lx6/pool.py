"""Average and maximum pooling; parameters as in `portable/pool.py`."""

from . import CHECKED, checked, inside, load, need, positive, refuse

_code = load("pool")
_average, _maximum = _code.average, _code.maximum


def _check(p, x, y):
    positive(p, 0, 3, "sizes")
    positive(p, 6, 11, "sizes")
    # Every window holds a pixel: the first one's end and the last one's start lie in the image.
    need(0 <= p[12] < p[8] and (p[6] - 1) * p[10] - p[12] < p[1], "lines")
    need(0 <= p[13] < p[9] and (p[7] - 1) * p[11] - p[13] < p[2], "columns")
    inside(x, p[4], p[0] * p[1] * p[2] * p[3], "x")
    inside(y, p[5], p[0] * p[6] * p[7] * p[3], "y")
    checked(p)


def average(p, x, w, y, s):
    if p[-1] != CHECKED:
        _check(p, x, y)
    if _average(p, x, w, y, s):
        refuse()


def maximum(p, x, w, y, s):
    if p[-1] != CHECKED:
        _check(p, x, y)
    if _maximum(p, x, w, y, s):
        refuse()
