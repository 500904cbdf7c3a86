"""MUL on int8; parameters as in `portable/mul.py`."""

from . import load, need
from .elementwise import checked

_mul = load("mul").mul_int8


def mul_int8(p, x, w, y, s):
    need(len(p) > 14, "parameters")
    checked(p, x, w, y)
    need(_mul(p, x, w, y, s) == 0, "call")
