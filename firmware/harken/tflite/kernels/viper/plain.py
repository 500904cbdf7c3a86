"""Elementwise functions without quantisation, int8 and int32; as `portable/plain.py`."""

import micropython


@micropython.viper
def int32(p, x, w, y, s):
    q = ptr32(p)
    a = int(ptr8(x)) + q[2]
    b = int(ptr8(w)) + q[3]
    c = int(ptr8(y)) + q[4]
    f = q[8]
    low = q[9]
    high = q[10]
    while True:
        i = q[5]
        while i:
            v = ptr32(a)[0]
            u = ptr32(b)[0]
            if f == 0:
                v += u
            elif f == 1:
                v -= u
            elif f == 2:
                v *= u
            elif f == 3:
                v -= u
                v *= v
            elif f == 4:
                if u > v:
                    v = u
            elif u < v:
                v = u
            if v < low:
                v = low
            if v > high:
                v = high
            ptr32(c)[0] = v
            c += 4
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


@micropython.viper
def int8(p, x, w, y, s):
    """Maximum and minimum."""
    q = ptr32(p)
    a = int(ptr8(x)) + q[2]
    b = int(ptr8(w)) + q[3]
    c = int(ptr8(y)) + q[4]
    # Bytes are compared as signed numbers: bit 7 is turned over; for the minimum all others too.
    turn = 128 if q[8] == 4 else 127
    while True:
        i = q[5]
        while i:
            v = ptr8(a)[0]
            u = ptr8(b)[0]
            if (u ^ turn) > (v ^ turn):
                v = u
            ptr8(c)[0] = v
            c += 1
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
