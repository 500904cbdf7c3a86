"""Maps bytes through a table; parameters as in `portable/table.py`."""

import micropython


@micropython.viper
def lookup(p, x, w, y, s):
    q = ptr32(p)
    a = ptr8(int(ptr8(x)) + q[1])
    b = ptr8(int(ptr8(y)) + q[2])
    t = ptr8(w)
    n = q[0]
    i = 0
    while i < n:
        b[i] = t[a[i]]
        i += 1
