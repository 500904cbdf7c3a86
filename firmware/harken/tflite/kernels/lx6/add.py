"""ADD and SUB on int8; parameters as in `portable/add.py`."""

from . import CHECKED, load, need, refuse
from .elementwise import check

_add = load("add").add_int8


def add_int8(p, x, w, y, s):
    if p[-1] != CHECKED:
        need(len(p) > 21, "parameters")
        check(p, x, w, y)
    if _add(p, x, w, y, s):
        refuse()
