"""PAD and PADV2: a border of one value."""

from .. import shapes
from . import moves

_WIDTHS = {"int8": 1, "int16": 2, "int32": 4, "float32": 4}


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    moves.same(ctx, op, x, y)
    ctx.check(op, x.name in _WIDTHS, "type %s: wanted int8, int16, int32 or float32", x.name)
    edges = ctx.constant(ctx.need(op, 1))
    ctx.check(
        op, len(edges) == 2 * len(x.shape), "%d paddings: wanted %d", len(edges), 2 * len(x.shape)
    )
    ctx.check(op, min(edges) >= 0 if len(edges) else True, "padding below 0")
    wanted = tuple([n + edges[2 * i] + edges[2 * i + 1] for i, n in enumerate(x.shape)])
    ctx.check(op, y.shape == wanted, "output of shape %s: wanted %s", y.shape, wanted)
    ctx.spend(op, y.count)
    if not y.count:
        return None
    target, offset = ctx.place(op, y)
    fill = (y.size, offset, x.width, _value(ctx, op, y))
    levels, start = [], offset
    for i, (n, a, b) in enumerate(
        zip(x.shape, shapes.strides(x.shape, x.width), shapes.strides(y.shape, x.width))
    ):
        start += edges[2 * i] * b
        levels.append([n, a, b])
    if not x.count:
        levels = [[0, 0, 0]]
    return moves.strided(ctx, op, ctx.place(op, x), (target, start), levels, x.width, fill)


def _value(ctx, op, y):
    """The bits of the padding: input 2, or the zero of the output."""
    value = ctx.input(op, 2)
    if value is None:
        return y.zero_point() if y.name == "int8" else 0
    moves.same(ctx, op, y, value)
    ctx.check(
        op,
        value.count == 1 and value.data,
        "padding of %d values: wanted one constant",
        value.count,
    )
    if y.name == "int8":
        same = value.scale_bits() == y.scale_bits() and value.zero_point() == y.zero_point()
        ctx.check(op, same, "the padding's scale or zero point is not the output's")
    return ctx.model.reader.read({1: "b", 2: "h", 4: "i"}[y.width], value.data)
