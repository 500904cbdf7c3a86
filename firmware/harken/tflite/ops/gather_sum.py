"""GATHER and the SUM over the rows it fetched, as one step; see `pairs`."""

from .. import shapes
from ..bag import Bag, FlashBag
from . import gather, reduce


def plan(ctx, op):
    rows = ctx.need(op, 0)
    ctx.scratch(op, rows.shape[-2] * rows.shape[-1])


def prepare(ctx, op):
    """`op` is the SUM; the GATHER stands in front of it."""
    first = op.subgraph.operator(op.index - 1)
    table, numbers, rows = ctx.need(first, 0), ctx.need(first, 1), ctx.need(op, 0)
    y = ctx.output(op, 0)
    ctx.check(op, numbers.name == "int32", "numbers of type %s: wanted int32", numbers.name)
    gather.moves.same(ctx, first, table, rows)
    ctx.check(op, rows.type == y.type, "types %s and %s: wanted the same", rows.name, y.name)
    n = reduce._parts(ctx, op, rows, y)[2]
    ctx.spend(first, rows.count)
    ctx.spend(op, rows.count)
    count, width = rows.shape[-2:]
    (x, at), (scratch, to), (buffer, out) = (
        ctx.place(op, numbers),
        ctx.scratch_at(op),
        ctx.place(op, y),
    )
    own, name = reduce._own(ctx, op, rows, y, n)
    start = 9 + len(own)
    head = [start, 1, to, out, count, width, 0, start + 4, 0]
    q = shapes.numbers(head + own + [width, 1, 0, 0])
    total = ctx.kernel("reduce", name), q, scratch, None, buffer, None
    sums = shapes.product(rows.shape[:-2])
    if ctx.memory is None:
        run = _from_flash(ctx, table, at, total, scratch, to, count, sums)
        return run, q, x, None, None, None
    p = shapes.numbers((at, 0, to, 1, 1, count, table.shape[0], width))
    one = gather.fetch(ctx, first, table, p, x, scratch)
    return Bag(one, total, sums, 4 * count, width).run, q, None, None, None, None


def _from_flash(ctx, table, at, total, scratch, to, count, sums):
    width = table.shape[1]
    view = memoryview(scratch)
    places = tuple([view[to + k * width : to + (k + 1) * width] for k in range(count)])
    held = shapes.numbers([-1] * count)
    changed = ctx.kernel("gather", "changed")
    p = shapes.numbers((at, 0))
    bag = FlashBag(ctx.source, table.data, table.shape[0], changed, total, p, held, places, sums)
    return bag.run
