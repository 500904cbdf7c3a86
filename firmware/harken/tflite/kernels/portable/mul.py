"""MUL on int8 and int16; the head of the parameters is in `ops/binary.py`. Own ones:

 8 added to x (-zero point)   9 added to w   10 multiplier   11 shift, positive to the left
12 zero point of y   13 lowest   14 highest value
"""

from .fixed import requantize
from .loops import advance, load


def mul_int8(p, x, w, y, s):
    _mul(p, x, w, y, 1)


def mul_int16(p, x, w, y, s):
    _mul(p, x, w, y, 2)


def _mul(p, x, w, y, width):
    a, b, c = p[2], p[3], p[4]
    while True:
        for i in range(p[5]):
            value = (load(x, a + i * p[6], width) + p[8]) * (load(w, b + i * p[7], width) + p[9])
            value = requantize(value, p[10], p[11]) + p[12]
            value = min(max(value, p[13]), p[14])
            y[c] = value & 255
            if width == 2:
                y[c + 1] = value >> 8 & 255
            c += width
        moved = advance(p)
        if moved is None:
            return
        a += moved[0]
        b += moved[1]
