"""ADD and SUB on int8, int16, int32 and float32, with broadcast and fused activation."""

from .. import quant, real
from . import binary

_SUB = 41
_OPTIONS = {0: 11, _SUB: 28}
_LEFT = {"int8": 20, "int16": 15}

plan = binary.plan


def prepare(ctx, op):
    x, w, y = binary.tensors(ctx, op, ("int8", "int16", "int32", "float32"))
    activation = op.options(_OPTIONS[op.code]).get(0, "b")
    if x.name not in _LEFT:
        from . import plain

        if op.code == _SUB:
            return plain.step(ctx, op, "sub", x, w, y, activation)
        # The reference ignores the activation of an ADD of integers.
        return plain.step(ctx, op, "add", x, w, y, 0 if x.name == "int32" else activation)
    factors = _sub_factors(x, w, y) if op.code == _SUB else _add_factors(x, w, y)
    own = []
    for tensor, factor in zip((x, w), factors):
        m, shift = below_one(ctx, op, factor)
        own += [-tensor.zero_point(), m >> 16, m & 0xFFFF, -shift]
    m, shift = below_one(ctx, op, factors[2])
    own += [m, -shift, y.zero_point()] + list(quant.activation_range(activation, y))
    own.append(-1 if op.code == _SUB else 1)
    return binary.step(ctx, op, ctx.kernel("add", "add_" + x.name), x, w, y, own)


def below_one(ctx, op, factor):
    """(multiplier, shift) of a factor that has to be below 1."""
    m, shift = quant.multiplier(factor)
    ctx.check(op, shift <= 0, "scales ask for a factor of 2**%d: wanted below 1", shift)
    return m, shift


def largest(x, w, digits=real.DOUBLE):
    """Twice the larger one of the two inputs' scales."""
    one, two = quant.scale(x), quant.scale(w)
    m, e = two if real.less(one, two) else one
    return m, e + 1


def _add_factors(x, w, y):
    """Factors of both inputs and the output, in double precision."""
    twice = largest(x, w)
    m, e = quant.scale(y)
    last = real.over(twice, (m, e + _LEFT[y.name]))
    return real.over(quant.scale(x), twice), real.over(quant.scale(w), twice), last


def _sub_factors(x, w, y):
    """As `_add_factors`, in single precision as the reference has it for SUB."""
    twice = largest(x, w)
    m, e = quant.scale(y)
    last = real.over(twice, (m, e + _LEFT[y.name]), real.SINGLE)
    return (
        real.over(quant.scale(x), twice, real.SINGLE),
        real.over(quant.scale(w), twice, real.SINGLE),
        last,
    )
