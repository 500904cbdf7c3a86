"""Transposed 2D convolution; parameters as in `portable/transpose_conv.py`."""

import micropython

from .conv import filters, scratch  # noqa: F401 (the same scratch)


@micropython.viper
def _patch(p, x, s, image: int, oy: int, ox: int):
    """Gathers the inputs that reach output (oy, ox) at s[p[17] + 128]."""
    q = ptr32(p)
    depth = q[20]
    out = ptr8(int(ptr8(s)) + q[17] + 128)
    blank = 0 - q[8]
    fy = 0
    while fy < q[23]:
        n = oy + q[29] - fy
        iy = -1
        if n >= 0:
            iy = n // q[25]
            if iy * q[25] != n or iy >= q[18]:
                iy = -1
        fx = 0
        while fx < q[24]:
            n = ox + q[30] - fx
            ix = -1
            if n >= 0:
                ix = n // q[26]
                if ix * q[26] != n or ix >= q[19]:
                    ix = -1
            i = 0
            if iy < 0 or ix < 0:
                while i < depth:
                    out[i] = blank
                    i += 1
            else:
                a = ptr8(int(ptr8(x)) + image + (iy * q[19] + ix) * depth)
                while i < depth:
                    out[i] = a[i]
                    i += 1
            out = ptr8(int(out) + depth)
            fx += 1
        fy += 1


@micropython.viper
def transpose_conv(p, x, w, y, s):
    q = ptr32(p)
    at = q[5]
    b = 0
    while b < q[6]:
        image = q[3] + b * q[18] * q[19] * q[20]
        oy = 0
        while oy < q[21]:
            ox = 0
            while ox < q[22]:
                _patch(p, x, s, image, oy, ox)
                filters(p, s, w, y, s, q[17] + 128, at, q[0], q[0] + q[1])
                at += q[7]
                ox += 1
            oy += 1
        b += 1
