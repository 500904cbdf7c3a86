"""SOFTMAX on int8, output int8 or int16: exp from a table, division in fixed point."""

from array import array

from .. import curves, quant, real
from ..kernels.portable.fixed import high_mul

_OPTIONS = 9
_BITS = 5
_WORDS = 8


def plan(ctx, op):
    ctx.share(op, 0)
    ctx.scratch(op, 4 * _WORDS)


def _scaling(ctx, op, x):
    """(multiplier, left shift) that gives a difference of inputs 5 integer bits."""
    beta = real.from_bits(op.options(_OPTIONS).get(0, "I"))
    factor = real.times(real.times(beta, quant.scale(x)), (1, 31 - _BITS))
    most = ((1 << 31) - 1, 0)
    if real.less(most, factor):
        factor = most
    ctx.check(op, real.less((1, 0), factor), "beta * scale is too small")
    return quant.multiplier(factor, 31)  # behind a shift of 31 only the difference 0 counts


def _table(m, shift):
    """exp of the differences 0, -1, -2 ... as far as the reference does not take them for 0."""
    radius = (31 << (31 - _BITS)) >> shift
    count = min(radius, 255) + 1
    table = array("i", bytes(4 * count))
    for i in range(count):
        table[i] = curves.exp(high_mul(-i << shift, m), _BITS)
    return table


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    ctx.check(op, x.name == "int8", "input of type %s: wanted int8", x.name)
    ctx.check(op, y.name in ("int8", "int16"), "output of type %s: wanted int8 or int16", y.name)
    ctx.check(
        op, x.shape == y.shape and x.shape, "shapes %s, %s: wanted the same", x.shape, y.shape
    )
    depth = x.shape[-1]
    ctx.check(op, 0 < depth < 4096, "rows of %d: wanted 1 to 4095", depth)
    # The reference demands these; so that the values below -128 or -32768 never arise.
    bits = 8 * y.width
    ctx.check(
        op, y.zero_point() == -(1 << (bits - 1)), "zero point %d of the output", y.zero_point()
    )
    step = y.scale_bits()
    if bits == 8:
        ctx.check(op, step == 0x3B800000, "output scale %g: wanted 1/256", y.scale())
    else:
        ctx.check(
            op, abs(y.scale() * 65536 - 1) <= 0.001, "output scale %g: wanted 1/65536", y.scale()
        )
    table = _table(*_scaling(ctx, op, x))
    ctx.spend(op, 2 * x.count)
    (a, at), (b, to), (s, s_at) = ctx.place(op, x), ctx.place(op, y), ctx.scratch_at(op)
    p = array("i", (x.count // depth, depth, at, to, len(table), bits, s_at))
    return ctx.kernel("softmax", "softmax"), p, a, table, b, s
