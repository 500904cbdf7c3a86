"""Depthwise 2D convolution; parameters as in `portable/depthwise.py`."""

import micropython

from .rows import requantize


def scratch(outputs, row):
    """The accumulators of up to 32 outputs."""
    return 4 * min(outputs, 32)


@micropython.viper
def _tap(a: ptr8, b: ptr8, p, x, w, s, x_at: int, w_at: int, c: int, n: int):
    """Adds one tap of the filter for channels c to c + n - 1 to the accumulators."""
    q = ptr32(p)
    out = ptr32(int(ptr8(s)) + q[17])
    u = q[8] - 128
    b = ptr8(int(ptr8(w)) + w_at + c)
    times = q[31]
    k = c // times
    a = ptr8(int(ptr8(x)) + x_at + k)
    k = c - k * times
    i = 0
    while i < n:
        out[i] = out[i] + ((a[0] ^ 128) + u) * ((b[0] ^ 128) - 128)
        b = ptr8(int(b) + 1)
        k += 1
        if k == times:
            k = 0
            a = ptr8(int(a) + 1)
        i += 1


@micropython.viper
def _chunk(p, x, w, y, s, image: int, y0: int, x0: int, at: int, c: int, n: int):
    q = ptr32(p)
    out = ptr32(int(ptr8(s)) + q[17])
    i = 0
    while i < n:
        out[i] = 0
        i += 1
    fy = 0
    while fy < q[23]:
        iy = y0 + fy * q[27]
        if iy >= 0 and iy < q[18]:
            fx = 0
            while fx < q[24]:
                ix = x0 + fx * q[28]
                if ix >= 0 and ix < q[19]:
                    a = image + (iy * q[19] + ix) * q[20]
                    _tap(0, 0, p, x, w, s, a, q[4] + (fy * q[24] + fx) * q[7], c, n)
                fx += 1
        fy += 1
    requantize(p, s, y, n, c, at + c)


@micropython.viper
def depthwise(p, x, w, y, s):
    q = ptr32(p)
    at = q[5]
    b = 0
    while b < q[6]:
        image = q[3] + b * q[18] * q[19] * q[20]
        oy = 0
        while oy < q[21]:
            ox = 0
            while ox < q[22]:
                c = 0
                while c < q[7]:
                    n = q[7] - c
                    if n > 32:
                        n = 32
                    _chunk(p, x, w, y, s, image, oy * q[25] - q[29], ox * q[26] - q[30], at, c, n)
                    c += n
                at += q[7]
                ox += 1
            oy += 1
        b += 1
