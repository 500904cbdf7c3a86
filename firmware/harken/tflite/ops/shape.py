"""SHAPE: the dimensions of a tensor, known while it is prepared."""

from .. import shapes


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    ctx.check(op, y.name == "int32", "output of type %s: wanted int32", y.name)
    ctx.check(
        op, y.shape == (len(x.shape),), "output of shape %s: wanted (%d,)", y.shape, len(x.shape)
    )
    ctx.spend(op, y.count)
    if not y.count:
        return None
    b, to = ctx.place(op, y)
    return (
        ctx.kernel("move", "copy"),
        shapes.numbers((y.size, 0, to)),
        bytearray(shapes.numbers(x.shape)),
        None,
        b,
        None,
    )
