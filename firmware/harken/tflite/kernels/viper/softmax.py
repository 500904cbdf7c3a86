"""Softmax of int8 rows; parameters as in `portable/softmax.py`."""

import micropython

from .words import product, reciprocal


@micropython.viper
def _prepare(p, x, w, s, at: int) -> int:
    """The reciprocal of a row's sum of exponentials as word 0, its highest value as word 5.

    Returns the bits by which results are shifted down.
    """
    q = ptr32(p)
    a = ptr8(int(ptr8(x)) + at)
    t = ptr32(w)
    words = ptr32(int(ptr8(s)) + q[6])
    top = 0
    i = 0
    while i < q[1]:
        if (a[i] ^ 128) > top:
            top = a[i] ^ 128
        i += 1
    total = 0
    i = 0
    while i < q[1]:
        v = top - (a[i] ^ 128)
        if v < q[4]:
            v = t[v]
            total += (v >> 12) + ((v >> 11) & 1)
        i += 1
    head = 0
    while total > 0:
        total = total << 1
        head += 1
    n = 1
    words[0] = total ^ (n << 31)
    words[5] = top
    reciprocal(s, q[6])
    power = 43 - head - q[5]
    if power > 31:
        power = 31
    return power


@micropython.viper
def _finish(p, x, w, y, s, at: int, to: int, power: int):
    q = ptr32(p)
    a = ptr8(int(ptr8(x)) + at)
    out = ptr8(int(ptr8(y)) + to)
    t = ptr32(w)
    words = ptr32(int(ptr8(s)) + q[6])
    top = words[5]
    low = 0 - (1 << (q[5] - 1))
    i = 0
    while i < q[1]:
        v = top - (a[i] ^ 128)
        if v < q[4]:
            words[1] = t[v]
            product(s, q[6], 0, 1, 2)
            # Never negative; power is at least 1.
            v = (words[2] >> power) + ((words[2] >> (power - 1)) & 1)
            v += low
            if v > (-1 - low):
                v = -1 - low
        else:
            v = low
        if q[5] == 8:
            out[i] = v
        else:
            out[i + i] = v
            out[i + i + 1] = v >> 8
        i += 1


@micropython.viper
def softmax(p, x, w, y, s):
    q = ptr32(p)
    width = q[5] >> 3
    r = 0
    while r < q[0]:
        at = q[2] + r * q[1]
        _finish(p, x, w, y, s, at, q[3] + r * q[1] * width, int(_prepare(p, x, w, s, at)))
        r += 1
