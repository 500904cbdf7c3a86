"""MUL on int8; parameters as in `portable/mul.py`."""

from . import CHECKED, load, need, refuse
from .elementwise import check

_mul = load("mul").mul_int8


def mul_int8(p, x, w, y, s):
    if p[-1] != CHECKED:
        need(len(p) > 14, "parameters")
        check(p, x, w, y)
    if _mul(p, x, w, y, s):
        refuse()
