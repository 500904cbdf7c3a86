"""Rows divided by the root of their sum of squares; as `portable/l2_normalization.py`."""

import micropython

from .words import product


@micropython.viper
def _inverse_root(p) -> int:
    """Word 5 becomes the multiplier of its inverse root; returns the right shift."""
    q = ptr32(p)
    if q[5] <= 1:
        one = 1
        q[5] = (one << 30) - 1 + (one << 30)
        return 0
    shift = 11
    while q[5] >= 0x20000000:
        q[5] = q[5] >> 2
        shift += 1
    # The highest bit moves to 28 or 27.
    while q[5] < 0x8000000:
        q[5] = q[5] << 2
        shift -= 1
    q[5] = ((q[5] >> 1) + 1) >> 1
    q[6] = 0x10000000
    q[8] = 0x18000000
    i = 5
    while i:
        product(p, 0, 6, 6, 7)
        product(p, 0, 7, 6, 7)
        v = q[7]
        if v > 0x1FFFFFF:
            v = 0x1FFFFFF
            q[7] = (v << 6) + 63
        else:
            q[7] = v << 6
        product(p, 0, 5, 7, 7)
        product(p, 0, 8, 6, 9)
        q[6] = (q[9] - q[7]) << 3
        i -= 1
    # Half of sqrt(2) / 2, twice: constants above 30 bits would be objects.
    v = 759250125
    q[7] = v + v
    product(p, 0, 6, 7, 5)
    while shift < 0:
        q[5] = q[5] << 1
        shift += 1
    return shift


@micropython.viper
def int8(p, x, w, y, s):
    q = ptr32(p)
    a = ptr8(int(ptr8(x)) + q[2])
    c = ptr8(int(ptr8(y)) + q[3])
    zero = 128 + q[4]
    depth = q[1]
    row = q[0]
    while row:
        i = 0
        v = 0
        while i < depth:
            d = (a[i] ^ 128) - zero
            v += d * d
            i += 1
        q[5] = v
        right = int(_inverse_root(p)) - 7
        left = 0
        if right < 0:
            left = 0 - right
            right = 0
        mask = (1 << right) - 1
        i = 0
        while i < depth:
            v = ((a[i] ^ 128) - zero) << left
            # v * m >> 31, rounded half up, in 32 bits.
            u = v & 0xFFFF
            v = v >> 16
            d = v * (q[5] & 0xFFFF) + (((u * (q[5] & 0xFFFF)) >> 16) & 0xFFFF)
            u = (d & 0xFFFF) + u * (q[5] >> 16)
            v = ((v * (q[5] >> 16) + (d >> 16) + (u >> 16)) << 1) + ((((u >> 14) & 3) + 1) >> 1)
            if right:
                v = (v >> right) + int((v & mask) > (mask >> 1) + int(v < 0))
            if v < -128:
                v = -128
            if v > 127:
                v = 127
            c[i] = v
            i += 1
        a = ptr8(int(a) + depth)
        c = ptr8(int(c) + depth)
        row -= 1
