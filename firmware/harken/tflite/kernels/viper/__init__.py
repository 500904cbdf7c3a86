"""Kernels for MicroPython's viper emitter on machines with 32-bit words."""

import sys

import micropython

if sys.maxsize >> 32:
    raise ImportError("viper kernels need 32-bit words")


@micropython.viper
def _probe(n: int) -> int:
    return n + 1


if _probe(1) != 2:
    raise ImportError("viper")
