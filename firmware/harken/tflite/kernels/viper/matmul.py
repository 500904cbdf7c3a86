"""Batched matrix product; parameters as in `portable/matmul.py`."""

import micropython

from .rows import requantize


def scratch(columns, depth):
    """The accumulators of up to 32 columns."""
    return 4 * min(columns, 32)


@micropython.viper
def _row(a: ptr8, b: ptr8, p, x, w, s, x_at: int, w_at: int, n: int):
    """Sums of products of one row of x with n columns of w, as int32 at s[p[17]]."""
    q = ptr32(p)
    out = ptr32(int(ptr8(s)) + q[17])
    start = int(ptr8(x)) + x_at
    line = int(ptr8(w)) + w_at
    u = q[8] - 128
    v = q[9] - 128
    da = q[20]
    db = q[21]
    i = 0
    while i < n:
        a = ptr8(start)
        b = ptr8(line)
        total = 0
        k = q[2]
        while k:
            total += ((a[0] ^ 128) + u) * ((b[0] ^ 128) + v)
            a = ptr8(int(a) + da)
            b = ptr8(int(b) + db)
            k -= 1
        out[i] = total
        line += q[22]
        i += 1


@micropython.viper
def matmul(p, x, w, y, s):
    q = ptr32(p)
    pairs = q[23]
    at = q[5]
    b = 0
    while b < q[6]:
        x_at = q[3] + q[pairs]
        w_at = q[4] + q[pairs + 1]
        pairs += 2
        i = 0
        while i < q[18]:
            j = 0
            while j < q[7]:
                n = q[7] - j
                if n > 32:
                    n = 32
                _row(0, 0, p, x, w, s, x_at, w_at + j * q[22], n)
                requantize(p, s, y, n, 0, at)
                at += n
                j += n
            x_at += q[19]
            i += 1
        b += 1
