"""Average and maximum pooling; parameters as in `portable/pool.py`."""

import micropython


@micropython.viper
def _value(p, x, start: int, y0: int, y1: int, x0: int, x1: int, average: int) -> int:
    """One output: the channel at offset `start`, rows y0 to y1 - 1, columns x0 to x1 - 1."""
    q = ptr32(p)
    depth = q[3]
    total = 0
    top = 0
    iy = y0
    while iy < y1:
        a = ptr8(int(ptr8(x)) + start + (iy * q[2] + x0) * depth)
        ix = x0
        while ix < x1:
            v = a[0] ^ 128
            total += v
            if v > top:
                top = v
            a = ptr8(int(a) + depth)
            ix += 1
        iy += 1
    if not average:
        return top - 128
    n = (y1 - y0) * (x1 - x0)
    total -= n << 7
    if total > 0:
        return (total + n // 2) // n
    return 0 - (n // 2 - total) // n


@micropython.viper
def _pool(p, x, y, average: int):
    q = ptr32(p)
    out = ptr8(int(ptr8(y)) + q[5])
    b = 0
    while b < q[0]:
        image = q[4] + b * q[1] * q[2] * q[3]
        oy = 0
        while oy < q[6]:
            y0 = oy * q[10] - q[12]
            y1 = y0 + q[8]
            if y0 < 0:
                y0 = 0
            if y1 > q[1]:
                y1 = q[1]
            ox = 0
            while ox < q[7]:
                x0 = ox * q[11] - q[13]
                x1 = x0 + q[9]
                if x0 < 0:
                    x0 = 0
                if x1 > q[2]:
                    x1 = q[2]
                c = 0
                while c < q[3]:
                    v = int(_value(p, x, image + c, y0, y1, x0, x1, average))
                    if v < q[14]:
                        v = q[14]
                    if v > q[15]:
                        v = q[15]
                    out[0] = v
                    out = ptr8(int(out) + 1)
                    c += 1
                ox += 1
            oy += 1
        b += 1


def average(p, x, w, y, s):
    _pool(p, x, y, 1)


def maximum(p, x, w, y, s):
    _pool(p, x, y, 0)
