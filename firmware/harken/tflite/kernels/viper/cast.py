"""Conversions between integer types; parameters as in `portable/cast.py`."""

import micropython


@micropython.viper
def integers(p, x, w, y, s):
    q = ptr32(p)
    a = int(ptr8(x)) + q[1]
    c = int(ptr8(y)) + q[2]
    i = q[0]
    while i:
        if q[3] == 1:
            v = ptr8(a)[0]
            if q[5] == 0:
                v = (v ^ 128) - 128
        elif q[3] == 2:
            v = (ptr16(a)[0] ^ 0x8000) - 0x8000
        else:
            v = ptr32(a)[0]
        if q[4] == 1:
            ptr8(c)[0] = v
        elif q[4] == 2:
            ptr16(c)[0] = v
        else:
            ptr32(c)[0] = v
        a += q[3]
        c += q[4]
        i -= 1
