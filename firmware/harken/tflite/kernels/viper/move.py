"""Moving bytes."""

import micropython


@micropython.viper
def copy(p, x, w, y, s):
    """p: bytes, offset in x, offset in y."""
    q = ptr32(p)
    a = ptr8(int(ptr8(x)) + q[1])
    b = ptr8(int(ptr8(y)) + q[2])
    n = q[0]
    i = 0
    while i < n:
        b[i] = a[i]
        i += 1
