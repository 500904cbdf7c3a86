"""TRANSPOSE_CONV on int8: each output gathers the inputs that reach it."""

from .. import channels
from ..tiles import step

_OPTIONS = 49


def _shapes(ctx, op):
    x, weights, y = ctx.need(op, 2), ctx.need(op, 1), ctx.output(op, 0)
    for t in (x, weights, y):
        ctx.check(
            op, len(t.shape) == 4 and t.count, "tensor of shape %s: wanted 4 dimensions", t.shape
        )
    return x, weights, y


def plan(ctx, op):
    weights = _shapes(ctx, op)[1]
    outputs = weights.shape[0]
    row = weights.count // outputs
    ctx.tile(row, outputs)
    ctx.scratch(op, ctx.kernel("transpose_conv", "scratch")(outputs, row))


def prepare(ctx, op):
    x, weights, y = _shapes(ctx, op)
    channels.types(ctx, op, x, weights, y)
    outputs, f_h, f_w, depth = weights.shape
    ctx.check(
        op, y.shape[0] == x.shape[0] and y.shape[3] == outputs and x.shape[3] == depth,
        "shapes %s, %s, %s do not fit", x.shape, weights.shape, y.shape,
    )  # fmt: skip
    shape = ctx.need(op, 0)
    if shape.data and shape.name == "int32":
        ctx.check(op, tuple(ctx.constant(shape)) == y.shape, "output of shape %s", y.shape)
    o = op.options(_OPTIONS)
    channels.bias_type(ctx, op, o, 4)
    padding, s_w, s_h = o.get(0, "b"), o.get(1), o.get(2)
    # The padding is that of the convolution from y to x.
    top = channels.window(ctx, op, padding, y.shape[1], f_h, s_h, 1, x.shape[1])
    left = channels.window(ctx, op, padding, y.shape[2], f_w, s_w, 1, x.shape[2])
    extra = x.shape[1:] + y.shape[1:3] + (f_h, f_w, s_h, s_w, 1, 1, top, left, depth, outputs)
    bias = ctx.input(op, 3)
    p = channels.parameters(ctx, op, x, weights, bias, y, outputs, 0, o.get(3, "b"), extra)
    row = weights.count // outputs
    ctx.spend(op, y.count * row)
    (a, p[3]), (b, p[5]), (s, p[17]) = ctx.place(op, x), ctx.place(op, y), ctx.scratch_at(op)
    p[2], p[6], p[7] = row, x.shape[0], outputs
    kernel = ctx.kernel("transpose_conv", "transpose_conv")
    return step(ctx, op, kernel, p, a, weights, row, outputs, b, s)
