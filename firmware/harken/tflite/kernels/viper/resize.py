"""Rows of channels from chosen places; parameters as in `portable/resize.py`."""

import micropython


@micropython.viper
def nearest(p, x, w, y, s):
    q = ptr32(p)
    a = int(ptr8(x)) + q[0]
    c = ptr8(int(ptr8(y)) + q[1])
    run = q[4]
    height = q[5]
    batch = q[2]
    while batch:
        i = 0
        while i < height:
            k = 0
            while k < q[6]:
                b = ptr8(a + q[7 + i] + q[7 + height + k])
                n = 0
                while n < run:
                    c[n] = b[n]
                    n += 1
                c = ptr8(int(c) + run)
                k += 1
            i += 1
        a += q[3]
        batch -= 1
