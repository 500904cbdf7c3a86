"""Index of the largest value; parameters as in `portable/arg_max.py`."""

import micropython


@micropython.viper
def int8(p, x, w, y, s):
    q = ptr32(p)
    a = int(ptr8(x)) + q[0]
    c = ptr32(int(ptr8(y)) + q[1])
    n = q[3]
    step = q[4]
    outer = q[2]
    while outer:
        inner = 0
        while inner < step:
            b = a + inner
            best = 0
            largest = -1
            i = 0
            while i < n:
                v = ptr8(b)[0] ^ 128
                if v > largest:
                    largest = v
                    best = i
                b += step
                i += 1
            c[0] = best
            c = ptr32(int(c) + 4)
            inner += 1
        a += n * step
        outer -= 1
