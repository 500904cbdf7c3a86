"""CONV_2D and DEPTHWISE_CONV_2D on int8, weights per tensor or per channel, also grouped."""

from .. import channels
from ..tiles import step

_CONV, _CONV_OPTIONS = 3, 1
_DEPTHWISE_OPTIONS = 2


def _shapes(ctx, op):
    x, weights, y = ctx.need(op, 0), ctx.need(op, 1), ctx.output(op, 0)
    for t in (x, weights, y):
        ctx.check(
            op, len(t.shape) == 4 and t.count, "tensor of shape %s: wanted 4 dimensions", t.shape
        )
    return x, weights, y


def plan(ctx, op):
    x, weights, y = _shapes(ctx, op)
    rows = weights.shape[0] if op.code == _CONV else 1
    row = weights.count // rows
    ctx.tile(row, rows)
    ctx.scratch(op, ctx.kernel(_family(op), "scratch")(y.shape[3], row))


def _family(op):
    return "conv" if op.code == _CONV else "depthwise"


def _geometry(ctx, op, x, weights, y, o, dilation_field):
    """p[18] to p[30]: sizes, strides, dilations and paddings."""
    padding, stride_w, stride_h = o.get(0, "b"), o.get(1), o.get(2)
    dilation_w, dilation_h = o.get(dilation_field, "i", 1), o.get(dilation_field + 1, "i", 1)
    top = channels.window(
        ctx, op, padding, x.shape[1], weights.shape[1], stride_h, dilation_h, y.shape[1]
    )
    left = channels.window(
        ctx, op, padding, x.shape[2], weights.shape[2], stride_w, dilation_w, y.shape[2]
    )
    return x.shape[1:] + y.shape[1:3] + weights.shape[1:3] + (
        stride_h, stride_w, dilation_h, dilation_w, top, left,
    )  # fmt: skip


def _conv(ctx, op, x, weights, y):
    """(outputs, axis of the scales, activation, p[18] to p[32]) of CONV_2D."""
    o = op.options(_CONV_OPTIONS)
    channels.bias_type(ctx, op, o, 6)
    outputs, depth = weights.shape[0], weights.shape[3]
    groups = x.shape[3] // depth
    ctx.check(
        op, groups and x.shape[3] == groups * depth and outputs % groups == 0,
        "%d channels, filters of %d by %d", x.shape[3], outputs, depth,
    )  # fmt: skip
    extra = _geometry(ctx, op, x, weights, y, o, 4) + (depth, outputs // groups)
    return outputs, 0, o.get(3, "b"), extra


def _depthwise(ctx, op, x, weights, y):
    """The same of DEPTHWISE_CONV_2D; p[31] is the depth multiplier."""
    o = op.options(_DEPTHWISE_OPTIONS)
    outputs, times = weights.shape[3], o.get(3)
    ctx.check(
        op, weights.shape[0] == 1 and outputs == x.shape[3] * times,
        "filter of shape %s: wanted %d times %d channels", weights.shape, x.shape[3], times,
    )  # fmt: skip
    return outputs, 3, o.get(4, "b"), _geometry(ctx, op, x, weights, y, o, 5) + (times, 0)


def prepare(ctx, op):
    x, weights, y = _shapes(ctx, op)
    channels.types(ctx, op, x, weights, y)
    ctx.check(op, len(op.inputs) in (2, 3), "%d inputs: wanted 2 or 3", len(op.inputs))
    describe = _conv if op.code == _CONV else _depthwise
    outputs, axis, activation, extra = describe(ctx, op, x, weights, y)
    ctx.check(
        op, y.shape[0] == x.shape[0] and y.shape[3] == outputs,
        "output of shape %s: wanted %d channels", y.shape, outputs,
    )  # fmt: skip
    bias = ctx.input(op, 2)
    p = channels.parameters(ctx, op, x, weights, bias, y, outputs, axis, activation, extra)
    rows = outputs if op.code == _CONV else 1
    row = weights.count // rows
    ctx.spend(op, y.count // outputs * weights.count)
    (a, p[3]), (b, p[5]), (s, p[17]) = ctx.place(op, x), ctx.place(op, y), ctx.scratch_at(op)
    p[2], p[6], p[7] = row, x.shape[0], outputs
    family = _family(op)
    return step(ctx, op, ctx.kernel(family, family), p, a, weights, row, rows, b, s)
