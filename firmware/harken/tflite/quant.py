"""Multipliers, shifts and ranges of quantised operators, as the reference computes them."""

from . import real
from .errors import ModelError
from .graph import LIMITS

NONE, RELU, RELU_N1_TO_1, RELU6 = 0, 1, 2, 3


def scale(tensor, i=0):
    """Scale `i` of a tensor as an exact real."""
    return real.from_bits(tensor.scale_bits(i))


def multiplier(x, most=30):
    """A real as (multiplier, shift): multiplier * 2**(shift - 31), multiplier below 2**31.

    QuantizeMultiplier of the reference: below 2**-31 the multiplier is 0. Shifts above `most` are a
    `ModelError`; shifts above 30 are defined only where nothing but 0 is shifted.
    """
    m, e = x
    if not m:
        return 0, 0
    length = real.bits(m)
    shift = e + length
    fixed = real.nearest((m, 31 - length))
    if fixed == 1 << 31:
        fixed >>= 1
        shift += 1
    if shift < -31:
        return 0, 0
    if shift > most:
        raise ModelError("scales ask for a factor of 2**%d: wanted at most 2**%d" % (shift, most))
    return fixed, shift


def rescale(source, weights, target, i=0):
    """(multiplier, shift) of source scale * weights scale `i` / target scale."""
    product = real.times(scale(source), scale(weights, i))
    return multiplier(real.over(product, scale(target)))


def _quantized(tensor, value):
    """A small integer as a quantised value of the tensor, not clamped."""
    if not value:
        return tensor.zero_point()
    steps = real.nearest(real.over((abs(value), 0), scale(tensor), real.SINGLE))
    if steps >= 1 << 31:
        raise ModelError("tensor %d: its scale is too small for an activation" % tensor.index)
    return tensor.zero_point() + (steps if value > 0 else -steps)


def activation_range(activation, tensor):
    """(lowest, highest) value of a tensor behind a fused activation."""
    low, high = LIMITS[tensor.type]
    if activation == NONE:
        return low, high
    if activation == RELU:
        return max(low, _quantized(tensor, 0)), high
    if activation == RELU6:
        return max(low, _quantized(tensor, 0)), min(high, _quantized(tensor, 6))
    if activation == RELU_N1_TO_1:
        return max(low, _quantized(tensor, -1)), min(high, _quantized(tensor, 1))
    raise ModelError("fused activation %d: wanted none, RELU, RELU_N1_TO_1 or RELU6" % activation)
