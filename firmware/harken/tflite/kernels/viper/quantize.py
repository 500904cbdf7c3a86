"""To other scales and types; parameters as in `portable/quantize.py`."""

import micropython


@micropython.viper
def from_float(p, x, w, y, s):
    q = ptr32(p)
    a = ptr32(int(ptr8(x)) + q[1])
    c = int(ptr8(y)) + q[2]
    scale = q[4]
    high = (1 << (8 * q[3] - 1)) - 1
    n = q[0]
    i = 0
    while i < n:
        m = a[i] & 0x7FFFFF
        e = (a[i] >> 23) & 255
        v = 0
        if e or m:
            if e:
                m |= 0x800000
            else:
                e = 1
            e -= 150 + q[5]
            while m < scale:
                m = m << 1
                e -= 1
            if e >= 20:
                v = 1 << 20
            elif e >= -2:
                # 24 bits of m / scale behind its leading 1, one by one.
                m -= scale
                v = 1
                k = 24
                while k:
                    m = m << 1
                    v = v << 1
                    if m >= scale:
                        m -= scale
                        v |= 1
                    k -= 1
                k = v & 1
                v = v >> 1
                if k:
                    if m:
                        v += 1
                    else:
                        v += v & 1
                v = (v + (1 << (22 - e))) >> (23 - e)
            if a[i] < 0:
                v = 0 - v
        v += q[6]
        if v > high:
            v = high
        if v < -1 - high:
            v = -1 - high
        if q[3] == 1:
            ptr8(c)[0] = v
            c += 1
        else:
            ptr16(c)[0] = v
            c += 2
        i += 1


@micropython.viper
def requantized(p, x, w, y, s):
    q = ptr32(p)
    a = int(ptr8(x)) + q[1]
    c = int(ptr8(y)) + q[2]
    mh = q[5] >> 16
    ml = q[5] & 0xFFFF
    left = q[6]
    right = 0
    if left < 0:
        right = 0 - left
        left = 0
    mask = (1 << right) - 1
    i = q[0]
    while i:
        if q[4] == 1:
            v = (ptr8(a)[0] ^ 128) - 128
        elif q[4] == 2:
            v = (ptr16(a)[0] ^ 0x8000) - 0x8000
        else:
            v = ptr32(a)[0]
        a += q[4]
        v = (v - q[7]) << left
        # v * m >> 31, rounded half up, in 32 bits.
        u = v & 0xFFFF
        v = v >> 16
        d = v * ml + (((u * ml) >> 16) & 0xFFFF)
        u = (d & 0xFFFF) + u * mh
        v = ((v * mh + (d >> 16) + (u >> 16)) << 1) + ((((u >> 14) & 3) + 1) >> 1)
        if right:
            v = (v >> right) + int((v & mask) > (mask >> 1) + int(v < 0))
        v += q[8]
        if q[3] < 4:
            d = (1 << (8 * q[3] - 1)) - 1
            if v > d:
                v = d
            if v < -1 - d:
                v = -1 - d
        if q[3] == 1:
            ptr8(c)[0] = v
        elif q[3] == 2:
            ptr16(c)[0] = v
        else:
            ptr32(c)[0] = v
        c += q[3]
        i -= 1
