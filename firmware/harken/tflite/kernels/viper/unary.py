"""Functions of one tensor; parameters as in `portable/unary.py`."""

import micropython


@micropython.viper
def bounded(p, x, w, y, s):
    q = ptr32(p)
    a = ptr8(int(ptr8(x)) + q[1])
    b = ptr8(int(ptr8(y)) + q[2])
    t = ptr8(w)
    n = q[0]
    lowest = q[3]
    i = 0
    while i < n:
        if (a[i] ^ 128) - 128 < lowest:
            raise ValueError("RSQRT: a negative value")
        b[i] = t[a[i]]
        i += 1
