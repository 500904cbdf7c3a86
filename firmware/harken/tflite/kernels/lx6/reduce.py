"""Sums and largest values on int8; parameters as in `portable/reduce.py`."""

from . import CHECKED, checked, inside, load, need, refuse

_code = load("reduce")
_sum, _maximum = _code.sum_int8, _code.maximum_int8


def _reach(p, head):
    """How far x reaches through the levels that p[head] and p[head + 1] describe, checked."""
    at, left = p[head], p[head + 1]
    need(left >= 0 and at >= 9 and at + 4 * left <= len(p), "levels")
    reach = 0
    while left:
        need(p[at] > 0 and p[at + 1] >= 0 and p[at + 3] == 0, "level")
        reach += (p[at] - 1) * p[at + 1]
        at += 4
        left -= 1
    return reach


def _turns(p, head):
    """How often the levels turn together."""
    at, left = p[head], p[head + 1]
    turns = 1
    while left:
        turns *= p[at]
        at += 4
        left -= 1
    return turns


def _check(p, x, y):
    need(p[4] > 0 and p[5] >= 0, "inner loop")
    inside(x, p[2], _reach(p, 0) + _reach(p, 7) + (p[4] - 1) * p[5] + 1, "x")
    inside(y, p[3], _turns(p, 0), "y")
    checked(p)


def sum_int8(p, x, w, y, s):
    if p[-1] != CHECKED:
        need(len(p) > 12, "parameters")
        _check(p, x, y)
    if _sum(p, x, w, y, s):
        refuse()


def maximum_int8(p, x, w, y, s):
    if p[-1] != CHECKED:
        _check(p, x, y)
    if _maximum(p, x, w, y, s):
        refuse()
