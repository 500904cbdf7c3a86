"""2D convolution; parameters as in `portable/conv.py`.

The patch that the filters see is gathered into the scratch and then met by all filters of the tile.
"""

import micropython

from .dense import dots
from .rows import requantize


def scratch(outputs, row):
    """Accumulators of 32 outputs, then the patch."""
    return 128 + row


@micropython.viper
def _copy(a: ptr8, b: ptr8, n: int):
    while n >= 4:
        b[0] = a[0]
        b[1] = a[1]
        b[2] = a[2]
        b[3] = a[3]
        a = ptr8(int(a) + 4)
        b = ptr8(int(b) + 4)
        n -= 4
    while n:
        b[0] = a[0]
        a = ptr8(int(a) + 1)
        b = ptr8(int(b) + 1)
        n -= 1


@micropython.viper
def _patch(p, x, s, y0: int, x0: int, base: int):
    """Copies the window at (y0, x0) of the image at offset `base` of x to s[p[17] + 128]."""
    q = ptr32(p)
    depth = q[31]
    width = q[19]
    pixel = q[20]
    to = int(ptr8(s)) + q[17] + 128
    a = int(ptr8(x)) + base
    run = q[24] * depth
    whole = q[28] == 1 and depth == pixel and x0 >= 0 and x0 + q[24] <= width
    blank = 0 - q[8]
    fy = 0
    iy = y0
    while fy < q[23]:
        if iy < 0 or iy >= q[18]:
            out = ptr8(to)
            i = 0
            while i < run:
                out[i] = blank
                i += 1
            to += run
        elif whole:
            _copy(a + (iy * width + x0) * pixel, to, run)
            to += run
        else:
            ix = x0
            fx = 0
            while fx < q[24]:
                if ix < 0 or ix >= width:
                    out = ptr8(to)
                    i = 0
                    while i < depth:
                        out[i] = blank
                        i += 1
                else:
                    _copy(a + (iy * width + ix) * pixel, to, depth)
                to += depth
                ix += q[28]
                fx += 1
        iy += q[27]
        fy += 1


@micropython.viper
def filters(p, x, w, y, s, x_at: int, y_at: int, c: int, end: int):
    """Meets the patch at x[x_at] with filters c to end - 1."""
    q = ptr32(p)
    while c < end:
        n = end - c
        if n > 32:
            n = 32
        dots(0, 0, p, x, w, s, x_at, q[4] + (c - q[0]) * q[2], n)
        requantize(p, s, y, n, c, y_at + c)
        c += n


@micropython.viper
def _pixel(p, x, w, y, s, b: int, oy: int, ox: int, at: int):
    q = ptr32(p)
    y0 = oy * q[25] - q[29]
    x0 = ox * q[26] - q[30]
    image = q[3] + b * q[18] * q[19] * q[20]
    c = q[0]
    while c < q[0] + q[1]:
        group = c // q[32]
        end = (group + 1) * q[32]
        if end > q[0] + q[1]:
            end = q[0] + q[1]
        if q[23] == 1 and q[24] == 1 and y0 >= 0 and x0 >= 0 and y0 < q[18] and x0 < q[19]:
            a = image + group * q[31] + (y0 * q[19] + x0) * q[20]
            filters(p, x, w, y, s, a, at, c, end)
        else:
            _patch(p, x, s, y0, x0, image + group * q[31])
            filters(p, s, w, y, s, q[17] + 128, at, c, end)
        c = end


@micropython.viper
def conv(p, x, w, y, s):
    q = ptr32(p)
    at = q[5]
    b = 0
    while b < q[6]:
        oy = 0
        while oy < q[21]:
            ox = 0
            while ox < q[22]:
                _pixel(p, x, w, y, s, b, oy, ox, at)
                at += q[7]
                ox += 1
            oy += 1
        b += 1
