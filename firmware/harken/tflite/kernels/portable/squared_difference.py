"""SQUARED_DIFFERENCE on int8; the head of the parameters is in `ops/binary.py`. Own ones:

 8 added to x (-zero point)   9, 10 halves of x's multiplier   11 its right shift
12 ... 15 the same for w   16 multiplier   17 shift, positive to the left   18 zero point of y
"""

from .fixed import divide, high_mul, requantize, wrap
from .loops import advance, load


def _scaled(p, k, value):
    return divide(high_mul((value + p[k]) << 7, p[k + 1] << 16 | p[k + 2]), p[k + 3])


def squared_difference(p, x, w, y, s):
    a, b, c = p[2], p[3], p[4]
    while True:
        for i in range(p[5]):
            d = _scaled(p, 8, load(x, a + i * p[6], 1)) - _scaled(p, 12, load(w, b + i * p[7], 1))
            value = requantize(wrap(d * d), p[16], p[17]) + p[18]
            y[c] = min(max(value, -128), 127) & 255
            c += 1
        moved = advance(p)
        if moved is None:
            return
        a += moved[0]
        b += moved[1]
