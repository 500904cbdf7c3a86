"""Dense layer; parameters as in `portable/dense.py`."""

import micropython

from .rows import requantize


@micropython.viper
def dots(b: ptr8, a: ptr8, p, x, w, s, x_at: int, w_at: int, count: int):
    """Sums of products of one row of x with `count` rows of w, as int32 at s[p[17]]."""
    q = ptr32(p)
    depth = q[2]
    out = ptr32(int(ptr8(s)) + q[17])
    xs = int(ptr8(x)) + x_at
    b = ptr8(int(ptr8(w)) + w_at)
    u = q[8] - 128
    v = q[9] - 128
    i = 0
    while i < count:
        a = ptr8(xs)
        total = 0
        n = depth
        while n >= 8:
            total += (
                ((a[0] ^ 128) + u) * ((b[0] ^ 128) + v)
                + ((a[1] ^ 128) + u) * ((b[1] ^ 128) + v)
                + ((a[2] ^ 128) + u) * ((b[2] ^ 128) + v)
                + ((a[3] ^ 128) + u) * ((b[3] ^ 128) + v)
                + ((a[4] ^ 128) + u) * ((b[4] ^ 128) + v)
                + ((a[5] ^ 128) + u) * ((b[5] ^ 128) + v)
                + ((a[6] ^ 128) + u) * ((b[6] ^ 128) + v)
                + ((a[7] ^ 128) + u) * ((b[7] ^ 128) + v)
            )
            a = ptr8(int(a) + 8)
            b = ptr8(int(b) + 8)
            n -= 8
        while n:
            total += ((a[0] ^ 128) + u) * ((b[0] ^ 128) + v)
            a = ptr8(int(a) + 1)
            b = ptr8(int(b) + 1)
            n -= 1
        out[i] = total
        i += 1


@micropython.viper
def dense(p, x, w, y, s):
    q = ptr32(p)
    depth = q[2]
    b = 0
    while b < q[6]:
        r = 0
        while r < q[1]:
            n = q[1] - r
            if n > 32:
                n = 32
            dots(0, 0, p, x, w, s, q[3] + b * depth, q[4] + r * depth, n)
            requantize(p, s, y, n, q[0] + r, q[5] + b * q[7] + q[0] + r)
            r += n
        b += 1


def scratch(outputs, depth):
    """Bytes of scratch that `dense` wants: the accumulators of up to 32 outputs."""
    return 4 * min(outputs, 32)
