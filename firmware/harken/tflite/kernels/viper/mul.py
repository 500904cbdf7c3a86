"""MUL on int8; parameters as in `portable/mul.py`."""

import micropython


@micropython.viper
def mul_int8(p, x, w, y, s):
    q = ptr32(p)
    a = int(ptr8(x)) + q[2]
    b = int(ptr8(w)) + q[3]
    c = ptr8(int(ptr8(y)) + q[4])
    mh = q[10] >> 16
    ml = q[10] & 0xFFFF
    left = q[11]
    right = 0
    if left < 0:
        right = 0 - left
        left = 0
    mask = (1 << right) - 1
    while True:
        i = q[5]
        while i:
            v = ((ptr8(a)[0] ^ 128) - 128 + q[8]) * ((ptr8(b)[0] ^ 128) - 128 + q[9])
            v = v << left
            # v * m >> 31, rounded half up, in 32 bits.
            u = v & 0xFFFF
            v = v >> 16
            d = v * ml + (((u * ml) >> 16) & 0xFFFF)
            u = (d & 0xFFFF) + u * mh
            v = ((v * mh + (d >> 16) + (u >> 16)) << 1) + ((((u >> 14) & 3) + 1) >> 1)
            if right:
                v = (v >> right) + int((v & mask) > (mask >> 1) + int(v < 0))
            v += q[12]
            if v < q[13]:
                v = q[13]
            if v > q[14]:
                v = q[14]
            c[0] = v
            c = ptr8(int(c) + 1)
            a += q[6]
            b += q[7]
            i -= 1
        a -= q[5] * q[6]
        b -= q[5] * q[7]
        k = q[0]
        i = q[1]
        while i:
            q[k + 3] = q[k + 3] + 1
            a += q[k + 1]
            b += q[k + 2]
            if q[k + 3] < q[k]:
                break
            a -= q[k + 1] * q[k]
            b -= q[k + 2] * q[k]
            q[k + 3] = 0
            k += 4
            i -= 1
        if i == 0:
            return
