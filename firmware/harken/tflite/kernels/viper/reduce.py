"""Sums and largest values along dimensions on int8; parameters as in `portable/reduce.py`."""

import micropython


@micropython.viper
def _turn(p, head: int) -> int:
    """The odometer: how far x moves to the next turn; a level's end gives the sum of its steps."""
    q = ptr32(p)
    k = q[head]
    i = q[head + 1]
    a = 0
    while i:
        q[k + 3] = q[k + 3] + 1
        a += q[k + 1]
        if q[k + 3] < q[k]:
            return a
        a -= q[k + 1] * q[k]
        q[k + 3] = 0
        k += 4
        i -= 1
    return 0x20000000


@micropython.viper
def sum_int8(p, x, w, y, s):
    q = ptr32(p)
    start = int(ptr8(x)) + q[2]
    c = ptr8(int(ptr8(y)) + q[3])
    step = q[5]
    left = q[10]
    right = 0
    if left < 0:
        right = 0 - left
        left = 0
    mask = (1 << right) - 1
    d = 0
    while d != 0x20000000:
        a = start
        v = q[11]
        d = 0
        while d != 0x20000000:
            i = q[4]
            while i:
                v += (ptr8(a)[0] ^ 128) - 128
                a += step
                i -= 1
            d = 0x20000000
            if q[8]:
                d = int(_turn(p, 7))
            a += d - q[4] * step
        v = v << left
        # v * m >> 31, rounded half up, in 32 bits.
        u = v & 0xFFFF
        v = v >> 16
        d = v * (q[9] & 0xFFFF) + (((u * (q[9] & 0xFFFF)) >> 16) & 0xFFFF)
        u = (d & 0xFFFF) + u * (q[9] >> 16)
        v = ((v * (q[9] >> 16) + (d >> 16) + (u >> 16)) << 1) + ((((u >> 14) & 3) + 1) >> 1)
        if right:
            v = (v >> right) + int((v & mask) > (mask >> 1) + int(v < 0))
        v += q[12]
        if v < -128:
            v = -128
        if v > 127:
            v = 127
        c[0] = v
        c = ptr8(int(c) + 1)
        d = int(_turn(p, 0))
        start += d


@micropython.viper
def maximum_int8(p, x, w, y, s):
    q = ptr32(p)
    start = int(ptr8(x)) + q[2]
    c = ptr8(int(ptr8(y)) + q[3])
    step = q[5]
    d = 0
    while d != 0x20000000:
        a = start
        v = 0
        d = 0
        while d != 0x20000000:
            i = q[4]
            while i:
                u = ptr8(a)[0] ^ 128
                if u > v:
                    v = u
                a += step
                i -= 1
            d = 0x20000000
            if q[8]:
                d = int(_turn(p, 7))
            a += d - q[4] * step
        c[0] = v ^ 128
        c = ptr8(int(c) + 1)
        d = int(_turn(p, 0))
        start += d
