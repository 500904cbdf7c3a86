"""Checks of the kernels on two tensors; the head of their parameters is in `ops/binary.py`."""

from . import checked, inside, need


def check(p, x, w, y):
    """Checks that the loops of p stay inside the buffers."""
    at, levels, count = p[0], p[1], p[5]
    need(count > 0 and levels >= 0 and 8 <= at and at + 4 * levels <= len(p), "levels")
    need(p[6] >= 0 and p[7] >= 0, "steps")
    one, two, total = (count - 1) * p[6], (count - 1) * p[7], count
    for _ in range(levels):
        turns = p[at]
        need(turns > 0 and p[at + 1] >= 0 and p[at + 2] >= 0 and p[at + 3] == 0, "level")
        one += (turns - 1) * p[at + 1]
        two += (turns - 1) * p[at + 2]
        total *= turns
        at += 4
    inside(x, p[2], one + 1, "x")
    inside(w, p[3], two + 1, "w")
    inside(y, p[4], total, "y")
    checked(p)
