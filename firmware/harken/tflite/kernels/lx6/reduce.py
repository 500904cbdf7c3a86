"""Sums and largest values on int8; parameters as in `portable/reduce.py`."""

from . import inside, load, need

_code = load("reduce")
_sum, _maximum = _code.sum_int8, _code.maximum_int8


def _levels(p, head):
    """(furthest step in x, turns) of the levels that p[head] and p[head + 1] describe."""
    at, reach, turns = p[head], 0, 1
    need(p[head + 1] >= 0 and at >= 9 and at + 4 * p[head + 1] <= len(p), "levels")
    for _ in range(p[head + 1]):
        need(p[at] > 0 and p[at + 1] >= 0 and p[at + 3] == 0, "level")
        reach += (p[at] - 1) * p[at + 1]
        turns *= p[at]
        at += 4
    return reach, turns


def _checked(p, x, y):
    need(p[4] > 0 and p[5] >= 0, "inner loop")
    stay, outputs = _levels(p, 0)
    gone, _ = _levels(p, 7)
    inside(x, p[2], stay + gone + (p[4] - 1) * p[5] + 1, "x")
    inside(y, p[3], outputs, "y")


def sum_int8(p, x, w, y, s):
    need(len(p) > 12, "parameters")
    _checked(p, x, y)
    need(_sum(p, x, w, y, s) == 0, "call")


def maximum_int8(p, x, w, y, s):
    _checked(p, x, y)
    need(_maximum(p, x, w, y, s) == 0, "call")
