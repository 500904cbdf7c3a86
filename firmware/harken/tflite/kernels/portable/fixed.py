"""Fixed-point arithmetic of gemmlowp on Python integers, and fast loops over int8 rows."""

from array import array

try:
    from operator import mul

    def dot(a, b):
        """The sum of products of two sequences of integers."""
        return sum(map(mul, a, b))

except ImportError:  # MicroPython

    def dot(a, b):
        """The sum of products of two sequences of integers."""
        total = 0
        for i in range(len(a)):
            total += a[i] * b[i]
        return total


def int8s(buffer, at, n):
    """`n` bytes of a buffer as an array of signed integers."""
    return array("b", bytes(buffer[at : at + n]))


def wrap(value):
    """An integer as a 32-bit accumulator holds it."""
    return ((value + 0x80000000) & 0xFFFFFFFF) - 0x80000000


def high_mul(a, b):
    """SaturatingRoundingDoublingHighMul for b >= 0: a * b / 2**31, rounded half up."""
    return (a * b + 0x40000000) >> 31


def divide(x, power):
    """RoundingDivideByPOT: x / 2**power, halves away from zero."""
    return (x + (1 << (power - 1)) - (x < 0)) >> power if power else x


def requantize(x, multiplier, shift):
    """MultiplyByQuantizedMultiplier with double rounding: x * multiplier * 2**(shift - 31)."""
    if shift > 0:
        return high_mul(wrap(x << shift), multiplier)
    return divide(high_mul(x, multiplier), -shift)
