"""Exact arithmetic on positive reals, the same on every machine.

The reference computes multipliers from scales in double precision. A board has single precision, so
a real is a pair (m, e) of integers here, with the value m * 2**e, and is rounded explicitly where
the reference's doubles (53 bits) or floats (24 bits) would be.
"""

from .errors import ModelError

DOUBLE, SINGLE = 53, 24


def bits(m):
    """How many bits the integer m >= 0 has."""
    return len(bin(m)) - 2 if m else 0


def from_bits(word):
    """The real of a float32 given by its 32 bits. `ModelError` unless it is positive and normal.

    Machines differ in what they make of numbers below 2**-126.
    """
    exponent = (word >> 23) & 0xFF
    if word >> 31 or exponent == 255 or not exponent:
        raise ModelError("scale with bits 0x%08x: wanted a positive number" % word)
    return word & 0x7FFFFF | 0x800000, exponent - 150


def rounded(x, digits=DOUBLE):
    """x rounded to that many bits, halves to even."""
    m, e = x
    extra = bits(m) - digits
    if extra <= 0:
        return x
    low = m & ((1 << extra) - 1)
    m >>= extra
    half = 1 << (extra - 1)
    if low > half or (low == half and m & 1):
        m += 1
    return m, e + extra


def times(x, y, digits=DOUBLE):
    """x * y, rounded."""
    return rounded((x[0] * y[0], x[1] + y[1]), digits)


def over(x, y, digits=DOUBLE):
    """x / y, rounded."""
    up = digits + 3 + max(0, bits(y[0]) - bits(x[0]))
    m, rest = divmod(x[0] << up, y[0])
    # A last bit that says whether anything is left decides how halves are rounded.
    return rounded((m << 1 | (1 if rest else 0), x[1] - y[1] - up - 1), digits)


def nearest(x):
    """x as an integer, halves away from zero (C's round)."""
    m, e = x
    if e >= 0:
        return m << e
    return (m + (1 << (-e - 1))) >> -e if e > -2000 else 0


def less(x, y):
    """Whether x < y."""
    e = min(x[1], y[1])
    return x[0] << (x[1] - e) < y[0] << (y[1] - e)


def value(x):
    """x as a float of the machine: for tolerances only."""
    return x[0] * 2.0 ** x[1]
