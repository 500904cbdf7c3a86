"""Functions of one quantised value, from which an int8 op's table is filled.

`NAME(ctx, op, x, y)` checks the tensors and returns a function from x's integer to y's.
"""

from . import quant, real
from .graph import LIMITS
from .kernels.portable.fixed import divide, high_mul, requantize


def fill(curve):
    """The curve's values for the bytes 0 to 255, as bytes."""
    return bytearray([curve(((i + 128) & 255) - 128) & 255 for i in range(256)])


def _clamped(value, low, high):
    return max(low, min(value, high))


def _ratio(x, y, digits=real.SINGLE):
    """x's scale over y's."""
    return real.over(quant.scale(x), quant.scale(y), digits)


def rescaled(ctx, op, x, y, factor=None):
    """x's value with y's scale and zero point; by default the scales' ratio is taken in doubles."""
    m, shift = quant.multiplier(factor or _ratio(x, y, real.DOUBLE))
    zero, out = x.zero_point(), y.zero_point()
    low, high = LIMITS[y.type] if y.type in LIMITS else (-(1 << 31), (1 << 31) - 1)
    return lambda v: _clamped(requantize(v - zero, m, shift) + out, low, high)


def relu(ctx, op, x, y):
    curve, out = rescaled(ctx, op, x, y, _ratio(x, y)), y.zero_point()
    return lambda v: max(out, curve(v))


def relu6(ctx, op, x, y):
    low, high = quant.activation_range(quant.RELU6, x)
    return lambda v: _clamped(v, low, high)


def leaky_relu(ctx, op, x, y):
    bits = op.options(75).get(0, "I", 0)
    curve = rescaled(ctx, op, x, y, _ratio(x, y))
    if not bits & 0x7FFFFFFF:
        m, shift = 0, 0
    else:
        slope = real.times(quant.scale(x), real.from_bits(bits & 0x7FFFFFFF), real.SINGLE)
        m, shift = quant.multiplier(real.over(slope, quant.scale(y), real.SINGLE))
    zero, out, sign = x.zero_point(), y.zero_point(), -1 if bits >> 31 else 1
    low, high = LIMITS[y.type]
    return lambda v: (
        curve(v) if v >= zero else _clamped(out + sign * requantize(v - zero, m, shift), low, high)
    )


def _half(m):
    """A 31-bit multiplier as one of 15 bits."""
    return 0x7FFF if m >= 0x7FFFFFFF - (1 << 15) else (m + (1 << 15)) >> 16


def _divide16(v, power):
    """RoundingDivideByPOT on 16 bits, where powers above 15 give a sign."""
    return divide(v, power) if power < 16 else -1 if v < 0 else 1


def hard_swish(ctx, op, x, y):
    """The reference's 16-bit computation, step by step."""
    m, e = quant.scale(x)
    fine = m, e - 7
    m, shift = quant.multiplier(real.over(fine, quant.scale(y), real.SINGLE))
    ctx.check(op, shift <= 0, "scales ask for a factor of 2**%d: wanted at most 1", shift)
    three = real.rounded((3, -15), real.SINGLE)
    n, more = quant.multiplier(real.over(fine, three, real.SINGLE))
    m, n, zero, out = _half(m), _half(n), x.zero_point(), y.zero_point()

    def curve(v):
        v = (v - zero) << 7
        slope = v
        if more > 0:
            slope = _clamped(slope << (more - 1), -32768, 32767)
        slope = (slope * n + 0x4000) >> 15
        slope = _clamped(slope << 1, -32768, 32767) if more > 0 else _divide16(slope, -more)
        part = ((v * m + 0x4000) >> 15) * ((slope + 32768) >> 1)
        # C's division goes towards zero.
        part = part >> 15 if part >= 0 else -(-part >> 15)
        return _clamped(_divide16(part, -shift) + out, -128, 127)

    return curve


def inverse_root(v):
    """(multiplier, right shift) of 1 / sqrt(v): the reference's five Newton steps."""
    if v <= 1:
        return 0x7FFFFFFF, 0
    shift = 11
    while v >= 1 << 29:
        v //= 4
        shift += 1
    pairs = (32 - real.bits(v) - 1) // 2 - 1
    shift -= pairs
    v <<= 2 * pairs
    v >>= 1
    half = (v + 1) >> 1
    root = 1 << 28
    for _ in range(5):
        cube = _rescaled(high_mul(high_mul(root, root), root), 6)
        root = _rescaled(high_mul(0x18000000, root) - high_mul(half, cube), 3)
    root = high_mul(root, 1518500250)
    if shift < 0:
        root <<= -shift
        shift = 0
    return root, shift


def _rescaled(v, bits):
    """v * 2**bits, saturated to 32 bits."""
    return _clamped(v << bits, -(1 << 31), (1 << 31) - 1)


def rsqrt(ctx, op, x, y):
    zero, out = x.zero_point(), y.zero_point()
    root = _root(quant.scale(x))
    m, shift = quant.multiplier(real.over((1, 0), real.times(root, quant.scale(y), real.SINGLE)))
    # The reference shifts 20 bits further; beyond 31 bits its result depends on the machine.
    ctx.check(
        op, shift >= -11 or not m, "scales ask for a factor of 2**%d: wanted at least 2**-11", shift
    )

    def curve(v):
        v -= zero
        if v <= 0:
            return 127
        inverse, right = inverse_root(v)
        value = requantize(requantize(1, inverse, 20 - right), m, shift - 20) + out
        return _clamped(value, -128, 127)

    return curve


def _root(x):
    """The square root in single precision."""
    m, e = x
    if e & 1:
        m, e = m << 1, e - 1
    m, e = m << 60, e - 60
    low, high = 0, 1 << (real.bits(m) // 2 + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if middle * middle <= m:
            low = middle
        else:
            high = middle - 1
    return real.rounded((low << 1 | (low * low != m), e // 2 - 1), real.SINGLE)
