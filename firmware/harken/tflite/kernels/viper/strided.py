"""Copies runs of bytes between strided places; parameters as in `portable/strided.py`."""

import micropython


@micropython.viper
def copy(p, x, w, y, s):
    q = ptr32(p)
    a = int(ptr8(x)) + q[2]
    c = int(ptr8(y)) + q[3]
    run = q[7]
    while True:
        i = q[4]
        while i:
            k = 0
            if (a | c | run) & 3 == 0:
                while k < run:
                    ptr32(c + k)[0] = ptr32(a + k)[0]
                    k += 4
            else:
                while k < run:
                    ptr8(c + k)[0] = ptr8(a + k)[0]
                    k += 1
            a += q[5]
            c += q[6]
            i -= 1
        a -= q[4] * q[5]
        c -= q[4] * q[6]
        k = q[0]
        i = q[1]
        while i:
            q[k + 3] = q[k + 3] + 1
            a += q[k + 1]
            c += q[k + 2]
            if q[k + 3] < q[k]:
                break
            a -= q[k + 1] * q[k]
            c -= q[k + 2] * q[k]
            q[k + 3] = 0
            k += 4
            i -= 1
        if i == 0:
            return


@micropython.viper
def filled(p, x, w, y, s):
    q = ptr32(p)
    c = int(ptr8(y)) + q[9]
    end = c + q[8]
    v = q[11]
    if q[10] == 1:
        while c < end:
            ptr8(c)[0] = v
            c += 1
    elif q[10] == 2:
        while c < end:
            ptr16(c)[0] = v
            c += 2
    else:
        while c < end:
            ptr32(c)[0] = v
            c += 4
    copy(p, x, w, y, s)
