"""ADD and SUB on int8; parameters as in `portable/add.py`."""

import micropython


@micropython.viper
def add_int8(p, x, w, y, s):
    q = ptr32(p)
    a = int(ptr8(x)) + q[2]
    b = int(ptr8(w)) + q[3]
    c = ptr8(int(ptr8(y)) + q[4])
    mh = q[16] >> 16
    ml = q[16] & 0xFFFF
    while True:
        i = q[5]
        while i:
            # (d << 20) * m >> 31 rounded, with m in halves: no product passes 31 bits.
            d = (ptr8(a)[0] ^ 128) - 128 + q[8]
            v = ((d * q[9]) << 5) + ((d * q[10] + 1024) >> 11)
            e = q[11]
            if e:
                v = (v >> e) + int((v & ((1 << e) - 1)) > (((1 << e) - 1) >> 1) + int(v < 0))
            d = (ptr8(b)[0] ^ 128) - 128 + q[12]
            u = ((d * q[13]) << 5) + ((d * q[14] + 1024) >> 11)
            e = q[15]
            if e:
                u = (u >> e) + int((u & ((1 << e) - 1)) > (((1 << e) - 1) >> 1) + int(u < 0))
            v += u * q[21]
            # v * m >> 31, rounded half up, in 32 bits.
            u = v & 0xFFFF
            v = v >> 16
            d = v * ml + (((u * ml) >> 16) & 0xFFFF)
            u = (d & 0xFFFF) + u * mh
            v = ((v * mh + (d >> 16) + (u >> 16)) << 1) + ((((u >> 14) & 3) + 1) >> 1)
            e = q[17]
            if e:
                v = (v >> e) + int((v & ((1 << e) - 1)) > (((1 << e) - 1) >> 1) + int(v < 0))
            v += q[18]
            if v < q[19]:
                v = q[19]
            if v > q[20]:
                v = q[20]
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
