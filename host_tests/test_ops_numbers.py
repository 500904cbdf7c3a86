"""The device's integer arithmetic on floats and roots, against numpy and the mathematics."""

import math
import struct

import numpy as np
import pytest
from harken.tflite import real, singles, tables
from harken.tflite.kernels.portable import quantize
from hypothesis import given, settings
from hypothesis import strategies as st

CALM = settings(derandomize=True, database=None, deadline=None, max_examples=300)

#: Positive finite float32 values with a leading bit of their own.
POSITIVE = st.floats(min_value=2.0**-126, max_value=2.0**127, width=32)


def bits(value) -> int:
    return struct.unpack("<I", struct.pack("<f", value))[0]


@CALM
@given(st.integers(1, 1 << 60), st.integers(-220, 80))
def test_to_bits_rounds_as_ieee_754(m, e):
    wanted = np.float32(0)
    with np.errstate(over="ignore"):
        exact = np.ldexp(np.longdouble(m), e)  # 64 bits of mantissa: exact
        wanted = np.float32(exact)
    assert singles.to_bits((m, e)) == bits(wanted)
    assert singles.to_bits((m, e), True) == bits(-wanted)


@CALM
@given(POSITIVE)
def test_bits_come_back(value):
    assert singles.to_bits(real.from_bits(bits(value))) == bits(value)


@pytest.mark.parametrize("value", [2.0**-126, 1.0, 3.4028234e38])
def test_bits_of_the_ends(value):
    assert singles.to_bits(real.from_bits(bits(value))) == bits(value)


def test_too_large_becomes_infinity():
    assert singles.to_bits((1, 128)) == 0x7F800000
    assert singles.to_bits((0, 0)) == 0


@CALM
@given(st.floats(-5e4, 5e4, width=32), st.floats(2.0**-20, 2.0**20, width=32))
def test_quotient_rounds_twice_as_the_reference_does(value, scale):
    m, e = real.from_bits(bits(scale))
    while not m >> 23:
        m, e = m << 1, e - 1
    quotient = float(np.float32(value) / np.float32(scale))
    wanted = math.floor(abs(quotient) + 0.5) if abs(quotient) < 1 << 20 else 1 << 20
    found = quantize._quotient(bits(value), m, e)
    if wanted < 1 << 20:
        assert abs(found) == wanted and (found == 0 or (found < 0) == (value < 0))
    else:
        assert abs(found) >= 1 << 20


@CALM
@given(st.integers(2, (1 << 31) - 1))
def test_inverse_root_is_close(value):
    multiplier, shift = tables.inverse_root(value)
    assert 0 < multiplier < 1 << 31
    found = multiplier * 2.0 ** (-31 - shift)
    assert found == pytest.approx(value**-0.5, rel=2e-6)


def test_a_table_holds_the_byte_of_each_value():
    assert list(tables.fill(lambda value: value)) == list(range(256))
    assert tables.fill(lambda value: -value if value > -128 else 127)[1] == 255
