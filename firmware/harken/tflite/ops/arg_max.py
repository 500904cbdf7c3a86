"""ARG_MAX: the index of the first largest value along a dimension, on int8 and float32."""

from .. import shapes


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    ctx.check(op, x.name in ("int8", "float32"), "type %s: wanted int8 or float32", x.name)
    ctx.check(op, y.name == "int32", "output of type %s: wanted int32", y.name)
    values = ctx.constant(ctx.need(op, 1))
    ctx.check(op, len(values) == 1, "%d axes: wanted one", len(values))
    axis = shapes.axis(ctx, op, values[0], len(x.shape))
    wanted = x.shape[:axis] + x.shape[axis + 1 :]
    ctx.check(op, y.shape == wanted and x.count, "output of shape %s: wanted %s", y.shape, wanted)
    ctx.spend(op, x.count)
    (a, at), (b, to) = ctx.place(op, x), ctx.place(op, y)
    inner = shapes.product(x.shape[axis + 1 :])
    p = shapes.numbers((at, to, shapes.product(x.shape[:axis]), x.shape[axis], inner))
    return ctx.kernel("arg_max", x.name), p, a, None, b, None
