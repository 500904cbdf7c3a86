"""Sums and largest values along dimensions on int8; parameters as in `portable/reduce.py`."""

import micropython


@micropython.viper
def sum_int8(p, x, w, y, s):
    q = ptr32(p)
    a = int(ptr8(x)) + q[2]
    c = ptr8(int(ptr8(y)) + q[3])
    step = q[5]
    left = q[10]
    right = 0
    if left < 0:
        right = 0 - left
        left = 0
    mask = (1 << right) - 1
    while True:
        v = q[11]
        i = 1
        while i:
            n = q[4]
            while n:
                v += (ptr8(a)[0] ^ 128) - 128
                a += step
                n -= 1
            a -= q[4] * step
            # The levels that go; behind the last turn a is where it was.
            k = q[7]
            i = q[8]
            while i:
                q[k + 3] = q[k + 3] + 1
                a += q[k + 1]
                if q[k + 3] < q[k]:
                    break
                a -= q[k + 1] * q[k]
                q[k + 3] = 0
                k += 4
                i -= 1
        v = v << left
        # v * m >> 31, rounded half up, in 32 bits.
        u = v & 0xFFFF
        v = v >> 16
        n = v * (q[9] & 0xFFFF) + (((u * (q[9] & 0xFFFF)) >> 16) & 0xFFFF)
        u = (n & 0xFFFF) + u * (q[9] >> 16)
        v = ((v * (q[9] >> 16) + (n >> 16) + (u >> 16)) << 1) + ((((u >> 14) & 3) + 1) >> 1)
        if right:
            v = (v >> right) + int((v & mask) > (mask >> 1) + int(v < 0))
        v += q[12]
        if v < -128:
            v = -128
        if v > 127:
            v = 127
        c[0] = v
        c = ptr8(int(c) + 1)
        k = q[0]
        i = q[1]
        while i:
            q[k + 3] = q[k + 3] + 1
            a += q[k + 1]
            if q[k + 3] < q[k]:
                break
            a -= q[k + 1] * q[k]
            q[k + 3] = 0
            k += 4
            i -= 1
        if i == 0:
            return


@micropython.viper
def maximum_int8(p, x, w, y, s):
    q = ptr32(p)
    a = int(ptr8(x)) + q[2]
    c = ptr8(int(ptr8(y)) + q[3])
    step = q[5]
    while True:
        v = 0
        i = 1
        while i:
            n = q[4]
            while n:
                u = ptr8(a)[0] ^ 128
                if u > v:
                    v = u
                a += step
                n -= 1
            a -= q[4] * step
            k = q[7]
            i = q[8]
            while i:
                q[k + 3] = q[k + 3] + 1
                a += q[k + 1]
                if q[k + 3] < q[k]:
                    break
                a -= q[k + 1] * q[k]
                q[k + 3] = 0
                k += 4
                i -= 1
        c[0] = v ^ 128
        c = ptr8(int(c) + 1)
        k = q[0]
        i = q[1]
        while i:
            q[k + 3] = q[k + 3] + 1
            a += q[k + 1]
            if q[k + 3] < q[k]:
                break
            a -= q[k + 1] * q[k]
            q[k + 3] = 0
            k += 4
            i -= 1
        if i == 0:
            return
