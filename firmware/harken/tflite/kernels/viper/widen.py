"""Maps bytes through a table of 256 words; parameters as in `portable/widen.py`."""

import micropython


@micropython.viper
def widen(p, x, w, y, s):
    q = ptr32(p)
    a = ptr8(int(ptr8(x)) + q[1])
    b = ptr32(int(ptr8(y)) + q[2])
    t = ptr32(w)
    n = q[0]
    i = 0
    while i < n:
        b[i] = t[a[i]]
        i += 1
