"""SVDF; parameters as in `portable/svdf.py`."""

import micropython

from .dense import dots
from .rows import requantize
from .words import scale


def scratch(filters, inputs):
    """The accumulators of up to 32 filters or units."""
    return 4 * min(filters, 32)


@micropython.viper
def shift(p, x, w, y, s):
    q = ptr32(p)
    a = ptr8(int(ptr8(y)) + q[1])
    width = q[2]
    n = q[0] - width
    i = 0
    while i < n:
        a[i] = a[i + width]
        i += 1


@micropython.viper
def _remember(p, y, s, b: int, first: int, n: int):
    """Brings n accumulators to the state's type and stores each at the end of its filter."""
    q = ptr32(p)
    a = ptr32(int(ptr8(s)) + q[17])
    memory = q[20]
    at = int(ptr8(y)) + q[5]
    i = 0
    while i < n:
        scale(s, q[17], i, p, 18, 19)
        v = a[i]
        if v < q[11]:
            v = q[11]
        if v > q[12]:
            v = q[12]
        v += q[10]
        k = (b * q[7] + first + i + 1) * memory - 1
        if q[21] == 1:
            out = ptr8(at)
            out[k] = v
        else:
            words = ptr16(at)
            words[k] = v
        i += 1


@micropython.viper
def feature(p, x, w, y, s):
    q = ptr32(p)
    b = 0
    while b < q[6]:
        r = 0
        while r < q[1]:
            n = q[1] - r
            if n > 32:
                n = 32
            dots(0, 0, p, x, w, s, q[3] + b * q[2], q[4] + r * q[2], n)
            _remember(p, y, s, b, q[0] + r, n)
            r += n
        b += 1


@micropython.viper
def _unit(p, x, w, s, b: int, u: int, i: int):
    """Accumulator i = the filters of unit u over what they remember."""
    q = ptr32(p)
    out = ptr32(int(ptr8(s)) + q[17])
    n = q[2] * q[7]
    width = q[9]
    a = ptr8(int(ptr8(x)) + q[3] + (b * q[1] + u) * n * width)
    t = ptr8(int(ptr8(w)) + q[4] + u * n * width)
    total = 0
    k = 0
    if width == 1:
        while k < n:
            total += ((t[k] ^ 128) - 128) * ((a[k] ^ 128) - 128 + q[8])
            k += 1
    else:
        n = n << 1
        while k < n:
            v = ((a[k] | a[k + 1] << 8) ^ 0x8000) - 0x8000 + q[8]
            total += (((t[k] | t[k + 1] << 8) ^ 0x8000) - 0x8000) * v
            k += 2
    out[i] = total


@micropython.viper
def time(p, x, w, y, s):
    q = ptr32(p)
    b = 0
    while b < q[6]:
        u = 0
        while u < q[1]:
            n = q[1] - u
            if n > 32:
                n = 32
            i = 0
            while i < n:
                _unit(p, x, w, s, b, u + i, i)
                i += 1
            requantize(p, s, y, n, u, q[5] + b * q[1] + u)
            u += n
        b += 1
