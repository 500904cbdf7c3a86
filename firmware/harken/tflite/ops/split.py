"""SPLIT and UNPACK: parts along an axis into outputs of equal shape."""

from .. import shapes
from . import moves

_UNPACK = 88


def prepare(ctx, op):
    if op.code == _UNPACK:
        x, options = ctx.need(op, 0), op.options(64)
        at, count = shapes.axis(ctx, op, options.get(1), len(x.shape)), options.get(0)
    else:
        x, options = ctx.need(op, 1), op.options(35)
        values = ctx.constant(ctx.need(op, 0))
        ctx.check(op, len(values) == 1, "%d axes: wanted one", len(values))
        at, count = shapes.axis(ctx, op, values[0], len(x.shape)), options.get(0)
    ctx.check(
        op, count == len(op.outputs) and count > 0, "%d outputs: wanted %d", len(op.outputs), count
    )
    ctx.check(
        op, x.shape[at] % count == 0, "axis of %d: wanted a multiple of %d", x.shape[at], count
    )
    part = x.shape[at] // count
    middle = () if op.code == _UNPACK else (part,)
    wanted = x.shape[:at] + middle + x.shape[at + 1 :]
    ctx.check(op, op.code != _UNPACK or part == 1, "axis of %d: wanted %d", x.shape[at], count)
    outer = shapes.product(x.shape[:at])
    run = part * shapes.product(x.shape[at + 1 :]) * x.width
    source, offset = ctx.place(op, x)
    steps = []
    for n in range(count):
        y = ctx.output(op, n)
        moves.same(ctx, op, x, y)
        ctx.check(op, y.shape == wanted, "output of shape %s: wanted %s", y.shape, wanted)
        if y.count:
            levels = [[outer, run * count, run]]
            steps.append(
                moves.strided(ctx, op, (source, offset + n * run), ctx.place(op, y), levels, run)
            )
    ctx.spend(op, x.count)
    return moves.several(ctx, steps)
