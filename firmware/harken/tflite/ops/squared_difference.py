"""SQUARED_DIFFERENCE on int8, int32 and float32, with broadcast."""

from .. import quant, real
from . import binary, plain
from .add import below_one, largest

_LEFT = 7

plan = binary.plan


def prepare(ctx, op):
    x, w, y = binary.tensors(ctx, op, ("int8", "int32", "float32"))
    if x.name != "int8":
        return plain.step(ctx, op, "squared_difference", x, w, y)
    twice = largest(x, w)
    own = []
    for tensor in (x, w):
        m, shift = below_one(ctx, op, real.over(quant.scale(tensor), twice))
        own += [-tensor.zero_point(), m >> 16, m & 0xFFFF, -shift]
    m, e = quant.scale(y)
    own += quant.multiplier(real.over(real.times(twice, twice), (m, e + 2 * _LEFT)))
    own.append(y.zero_point())
    kernel = ctx.kernel("squared_difference", "squared_difference")
    return binary.step(ctx, op, kernel, x, w, y, own)
