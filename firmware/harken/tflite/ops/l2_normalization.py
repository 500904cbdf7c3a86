"""L2_NORMALIZATION along the last dimension, on int8 and float32."""

from .. import shapes


def plan(ctx, op):
    ctx.share(op, 0)


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    ctx.check(op, x.name == y.name, "types %s and %s: wanted the same", x.name, y.name)
    ctx.check(op, x.name in ("int8", "float32"), "type %s: wanted int8 or float32", x.name)
    ctx.check(
        op, x.shape == y.shape and x.shape, "shapes %s and %s: wanted the same", x.shape, y.shape
    )
    ctx.check(op, not op.options(12).get(0, "b"), "fused activation: wanted none")
    ctx.check(op, x.shape[-1] < 1 << 14, "rows of %d: wanted fewer than 16384", x.shape[-1])
    ctx.spend(op, 2 * x.count)
    if not y.count:
        return None
    (a, at), (b, to) = ctx.place(op, x), ctx.place(op, y)
    depth = x.shape[-1]
    # Behind the parameters there are five words for the kernel.
    p = shapes.numbers([x.count // depth, depth, at, to, x.zero_point()] + [0] * 5)
    return ctx.kernel("l2_normalization", x.name), p, a, None, b, None
