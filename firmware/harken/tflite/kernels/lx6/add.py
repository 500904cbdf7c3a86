"""ADD and SUB on int8; parameters as in `portable/add.py`."""

from . import load, need
from .elementwise import checked

_add = load("add").add_int8


def add_int8(p, x, w, y, s):
    need(len(p) > 21, "parameters")
    checked(p, x, w, y)
    need(_add(p, x, w, y, s) == 0, "call")
