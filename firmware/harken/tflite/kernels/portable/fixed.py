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


def wrapped(sums):
    """`wrap` of a list; most lists need none."""
    if sums and (max(sums) > 0x7FFFFFFF or min(sums) < -0x80000000):
        return [wrap(v) for v in sums]
    return sums


def requantized(sums, multiplier, shift):
    """`requantize` of a list of accumulators with one multiplier."""
    if shift > 0:
        return [high_mul(wrap(v << shift), multiplier) for v in sums]
    tops = [(v * multiplier + 0x40000000) >> 31 for v in sums]
    if not shift:
        return tops
    half = 1 << (-shift - 1)
    return [(v + half - (v < 0)) >> -shift for v in tops]


def products(values, weights, depth):
    """`dot` of `values` with every row of `depth` weights."""
    return [dot(values, weights[i : i + depth]) for i in range(0, len(weights), depth)]


def clamped(values, zero, low, high):
    """The values plus `zero`, between `low` and `high`, as bytes."""
    return bytes([min(max(v + zero, low), high) & 255 for v in values])
