"""RESIZE_NEAREST_NEIGHBOR on int8, int16 and float32."""

from .. import real, shapes
from . import moves


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    moves.same(ctx, op, x, y)
    ctx.check(op, len(x.shape) == 4 and x.count, "input of shape %s: wanted 4 dimensions", x.shape)
    size = tuple(ctx.constant(ctx.need(op, 1)))
    ctx.check(op, len(size) == 2 and min(size) > 0, "size %s: wanted height and width", size)
    wanted = (x.shape[0],) + size + (x.shape[3],)
    ctx.check(op, y.shape == wanted, "output of shape %s: wanted %s", y.shape, wanted)
    ctx.spend(op, y.count)
    options = op.options(74)
    corners, half = options.get(0, "b"), options.get(1, "b")
    run = x.shape[3] * x.width
    (a, at), (b, to) = ctx.place(op, x), ctx.place(op, y)
    p = [at, to, x.shape[0], x.shape[1] * x.shape[2] * run, run, size[0], size[1]]
    p += [i * x.shape[2] * run for i in _nearest(x.shape[1], size[0], corners, half)]
    p += [i * run for i in _nearest(x.shape[2], size[1], corners, half)]
    return ctx.kernel("resize", "nearest"), shapes.numbers(p), a, None, b, None


def _nearest(n, wanted, corners, half):
    """For each of `wanted` places which of `n` elements it takes, in single precision."""
    top, bottom = (n - 1, wanted - 1) if corners and wanted > 1 else (n, wanted)
    scale = real.over((top, 0), (bottom, 0), real.SINGLE) if top else (0, 0)
    found = []
    for i in range(wanted):
        m, e = real.times((2 * i + (1 if half else 0), -1), scale, real.SINGLE)
        i = real.nearest((m, e)) if corners else (m << e if e >= 0 else m >> -e)
        found.append(max(0, min(i, n - 1)))
    return found
