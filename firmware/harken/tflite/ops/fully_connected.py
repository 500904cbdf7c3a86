"""FULLY_CONNECTED on int8, weights per tensor or per channel."""

from .. import channels, quant, real
from ..tiles import step

_OPTIONS = 8


def _shape(ctx, op):
    """(outputs, depth) of the weights, checked."""
    weights = ctx.need(op, 1)
    shape = weights.shape
    ctx.check(op, len(shape) == 2 and weights.count, "weights of shape %s: wanted 2D", shape)
    return shape


def plan(ctx, op):
    outputs, depth = _shape(ctx, op)
    ctx.tile(depth, outputs)
    ctx.scratch(op, ctx.kernel("dense", "scratch")(outputs, depth))


def _batches(ctx, op, x, y, outputs, depth):
    ctx.check(op, x.count and x.count % depth == 0, "input %s: wanted rows of %d", x.shape, depth)
    batches = x.count // depth
    ctx.check(
        op, y.count == batches * outputs, "output %s: wanted %d values", y.shape, batches * outputs
    )
    ctx.check(
        op, not y.shape or y.shape[-1] == outputs, "output %s: wanted rows of %d", y.shape, outputs
    )
    return batches


def _check_bias_scale(ctx, op, x, weights, bias, y):
    """The bias must count in steps of x scale * weights scale, as the reference demands."""
    a = real.times(quant.scale(x), quant.scale(weights))
    b = quant.scale(bias)
    e = min(a[1], b[1])
    gap = abs((a[0] << (a[1] - e)) - (b[0] << (b[1] - e))), e
    limit = real.times(quant.scale(y), (0x147AE147AE147B, -58))  # the double 0.02
    ctx.check(op, not real.less(limit, gap), "bias scale is not input scale * weights scale")


def prepare(ctx, op):
    x, weights, bias, y = ctx.need(op, 0), ctx.need(op, 1), ctx.input(op, 2), ctx.output(op, 0)
    outputs, depth = _shape(ctx, op)
    channels.types(ctx, op, x, weights, y)
    options = op.options(_OPTIONS)
    ctx.check(op, not options.get(1, "b"), "shuffled weights: wanted the default format")
    channels.bias_type(ctx, op, options, 4)
    batches = _batches(ctx, op, x, y, outputs, depth)
    ctx.spend(op, batches * outputs * depth)
    p = channels.parameters(ctx, op, x, weights, bias, y, outputs, 0, options.get(0, "b"))
    if not p[13]:
        p[9] = -weights.zero_point()
        if bias is not None:
            _check_bias_scale(ctx, op, x, weights, bias, y)
    (a, p[3]), (b, p[5]), (s, p[17]) = ctx.place(op, x), ctx.place(op, y), ctx.scratch_at(op)
    p[2], p[6], p[7] = depth, batches, outputs
    return step(ctx, op, ctx.kernel("dense", "dense"), p, a, weights, depth, outputs, b, s)
