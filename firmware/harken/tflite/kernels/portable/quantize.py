"""To other scales and types. All have 0 count, 1 offset of x, 2 offset of y, 3 bytes a value of y.

`from_float`: 4 the scale's mantissa with its leading bit, 5 its exponent (the scale is mantissa *
2**exponent), 6 zero point. The quotient is rounded to 24 bits, halves to even, then to an integer,
halves away from zero, as the reference's float division and round do.

`requantized`: 4 bytes a value of x, 5 multiplier, 6 shift, 7 zero point of x, 8 zero point of y.
"""

import struct

from .fixed import requantize
from .loops import load


def _store(y, to, value, width):
    limit = 1 << (8 * width - 1)
    value = max(-limit, min(value, limit - 1))
    for k in range(width):
        y[to + k] = value >> 8 * k & 255


def _quotient(word, scale, exponent):
    """The float with these bits over the scale, as an integer; large ones are cut to 2**20."""
    m = word & 0x7FFFFF
    e = (word >> 23) & 255
    if not (e or m):
        return 0
    if e:
        m |= 0x800000
    else:
        e = 1
    e -= 150 + exponent
    while m < scale:
        m <<= 1
        e -= 1
    # The value is m / scale * 2**e with m / scale from 1 to below 2; q has 24 bits of that.
    if e < -2:
        return 0
    q, rest = divmod(m << 24, scale)
    q = (q >> 1) + (1 if q & 1 and (rest or q & 2) else 0)
    q = 1 << 20 if e >= 20 else (q + (1 << (22 - e))) >> (23 - e)
    return -q if word >> 31 else q


def from_float(p, x, w, y, s):
    n, at, to, width, scale, exponent, zero = p
    for i in range(n):
        word = struct.unpack_from("<I", x, at + 4 * i)[0]
        _store(y, to + i * width, _quotient(word, scale, exponent) + zero, width)


def requantized(p, x, w, y, s):
    n, at, to, width, from_width, multiplier, shift, zero, out = p
    for i in range(n):
        value = load(x, at + i * from_width, from_width) - zero
        _store(y, to + i * width, requantize(value, multiplier, shift) + out, width)


def float_of_int16(p, x, w, y, s):
    """w is the scale; p[3] the zero point."""
    n, at, to, zero = p
    for i in range(n):
        struct.pack_into("<f", y, to + 4 * i, w * (load(x, at + 2 * i, 2) - zero))
