"""ADD and SUB on int8 and int16; the head of the parameters is in `ops/binary.py`. Own ones:

    8 added to x (-zero point)   9, 10 halves of x's multiplier   11 its right shift
   12 ... 15 the same for w   16 multiplier   17 right shift   18 zero point of y
   19 lowest   20 highest value   21 sign of w

Both inputs are shifted left by 20 bits (int8) or 15 (int16) before they are scaled.
"""

from .fixed import divide, high_mul
from .loops import advance, load


def add_int8(p, x, w, y, s):
    _add(p, x, w, y, 1, 20)


def add_int16(p, x, w, y, s):
    _add(p, x, w, y, 2, 15)


def _scaled(p, k, value, left):
    return divide(high_mul((value + p[k]) << left, p[k + 1] << 16 | p[k + 2]), p[k + 3])


def _add(p, x, w, y, width, left):
    a, b, c = p[2], p[3], p[4]
    while True:
        for i in range(p[5]):
            one = _scaled(p, 8, load(x, a + i * p[6], width), left)
            two = _scaled(p, 12, load(w, b + i * p[7], width), left)
            value = divide(high_mul(one + two * p[21], p[16]), p[17]) + p[18]
            value = min(max(value, p[19]), p[20])
            y[c] = value & 255
            if width == 2:
                y[c + 1] = value >> 8 & 255
            c += width
        moved = advance(p)
        if moved is None:
            return
        a += moved[0]
        b += moved[1]
