"""exp, logistic and tanh in fixed point, step by step as gemmlowp computes them.

Arguments and results are the raw int32 of numbers with `bits` (or 0) integer bits. Used to fill
tables while operators are prepared.
"""

from array import array

from .kernels.portable.fixed import divide, high_mul

_ONE = 0x7FFFFFFF
# exp(-1/4), exp(-1/2), exp(-1) ... exp(-16)
_EXP = (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)


def shift_up(x, n):
    """x << n, saturated to 32 bits."""
    limit = (1 << (31 - n)) - 1
    if x > limit:
        return _ONE
    return -_ONE - 1 if x < -limit else x << n


def exp(a, bits):
    """exp(a) for a <= 0 with `bits` (at most 5) integer bits."""
    if not a:
        return _ONE
    quarter = 1 << (29 - bits)
    rest = (a & (quarter - 1)) - quarter
    # Taylor around -1/8 on [-1/4, 0).
    x = (rest << bits) + (1 << 28)
    x2 = high_mul(x, x)
    x3 = high_mul(x2, x)
    x4 = high_mul(x2, x2)
    y = divide(high_mul(divide(x4, 2) + x3, 715827883) + x2, 1)
    y = 1895147668 + high_mul(1895147668, x + y)
    rest -= a
    for i, factor in enumerate(_EXP):
        if bits > i - 2 and rest & (1 << (29 - bits + i)):
            y = high_mul(y, factor)
    return y


def _newton(a):
    """2 / (1 + a) for a in [0, 1), with two integer bits."""
    half = (a + _ONE + 1) >> 1
    x = 1515870810 + high_mul(half, -1010580540)
    for _ in range(3):
        x += shift_up(high_mul(x, (1 << 29) - high_mul(half, x)), 2)
    return x


def reciprocal(a):
    """1 / (1 + a) for a in [0, 1)."""
    return shift_up(_newton(a), 1)


def logistic(a, bits):
    """1 / (1 + exp(-a))."""
    if not a:
        return 1 << 30
    y = reciprocal(exp(-abs(a), bits))
    return y if a > 0 else _ONE - y


def tanh(a, bits):
    """tanh(a); a has one integer bit less than exp takes at most."""
    if not a:
        return 0
    y = shift_up(_newton(exp(-abs(a), bits + 1)) - (1 << 29), 2)
    return y if a > 0 else -y


# Where the reference's table is one above the rounded logistic function: one bit an entry.
_UP = (
    b"\x10\xd1\x7b\xfa\xae\x7b\x46\xc0\x05\x00\x44\x20\x90\x00\x11\x00"
    b"\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80"
)


def sigmoid_table():
    """65536 * logistic(i / 24) for i = 0..255, which 16-bit curves interpolate in."""
    table = array("H", bytes(512))
    for i in range(256):
        value = (logistic((i << 27) // 24, 4) + 16384) >> 15
        table[i] = value + (_UP[i >> 3] >> (i & 7) & 1)
    return table
