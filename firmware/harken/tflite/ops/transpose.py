"""TRANSPOSE: dimensions in another order."""

from .. import shapes
from . import moves


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    moves.same(ctx, op, x, y)
    order = tuple(ctx.constant(ctx.need(op, 1)))
    ctx.check(
        op,
        sorted(order) == list(range(len(x.shape))),
        "order %s: wanted each of %d dimensions",
        order,
        len(x.shape),
    )
    wanted = tuple([x.shape[i] for i in order])
    ctx.check(op, y.shape == wanted, "output of shape %s: wanted %s", y.shape, wanted)
    ctx.spend(op, y.count)
    if not y.count:
        return None
    steps = shapes.strides(x.shape, x.width)
    levels = [[x.shape[i], steps[i], to] for i, to in zip(order, shapes.strides(y.shape, y.width))]
    return moves.strided(ctx, op, ctx.place(op, x), ctx.place(op, y), levels, x.width)
