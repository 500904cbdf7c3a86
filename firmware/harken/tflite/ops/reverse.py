"""REVERSE_V2: neighbouring dimensions from the other end."""

from .. import shapes
from . import moves


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    moves.same(ctx, op, x, y)
    ctx.check(op, x.shape == y.shape, "output of shape %s: wanted %s", y.shape, x.shape)
    axes = sorted([shapes.axis(ctx, op, i, len(x.shape)) for i in ctx.constant(ctx.need(op, 1))])
    ctx.check(
        op,
        axes == list(range(axes[0], axes[0] + len(axes))) if axes else False,
        "axes %s: wanted neighbours",
        axes,
    )
    ctx.spend(op, y.count)
    if not y.count:
        return None
    steps = shapes.strides(x.shape, x.width)
    source, start = ctx.place(op, x)
    levels = []
    for i, (n, step) in enumerate(zip(x.shape, steps)):
        if i in axes:
            start += (n - 1) * step
            levels.append([n, -step, step])
        else:
            levels.append([n, step, step])
    return moves.strided(ctx, op, (source, start), ctx.place(op, y), levels, x.width)
