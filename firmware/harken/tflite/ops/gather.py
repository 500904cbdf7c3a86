"""GATHER and EMBEDDING_LOOKUP: rows of a table by their numbers.

Of a table that lies in a file or in flash only the rows that are wanted are read, one by one.
"""

from .. import shapes
from ..rows import Rows
from . import moves

_GATHER = 36


def plan(ctx, op):
    if (
        op.code != _GATHER
        and ctx.output(op, 0).name == "float32"
        and ctx.need(op, 1).name == "int8"
    ):
        ctx.scratch(op, ctx.output(op, 0).count)


def prepare(ctx, op):
    if op.code == _GATHER:
        return _gather(ctx, op)
    table, y = ctx.need(op, 1), ctx.output(op, 0)
    ctx.check(
        op, len(table.shape) >= 2, "table of shape %s: wanted at least 2 dimensions", table.shape
    )
    ctx.check(
        op,
        len(ctx.need(op, 0).shape) == 1,
        "numbers of shape %s: wanted 1 dimension",
        ctx.need(op, 0).shape,
    )
    if table.name == "int8" and y.name == "float32":
        return _widened(ctx, op, table, y)
    moves.same(ctx, op, table, y)
    return _step(ctx, op, ctx.need(op, 0), table, y, 0, 0, ctx.place(op, y))


def _gather(ctx, op):
    table, wanted, y = ctx.need(op, 0), ctx.need(op, 1), ctx.output(op, 0)
    moves.same(ctx, op, table, y)
    options = op.options(23)
    axis = shapes.axis(ctx, op, options.get(0), len(table.shape))
    batch = options.get(1)
    batch += len(wanted.shape) if batch < 0 else 0
    fits = (
        0 <= batch <= min(axis, len(wanted.shape)) and table.shape[:batch] == wanted.shape[:batch]
    )
    ctx.check(
        op,
        fits,
        "%d batch dimensions: wanted those that shapes %s and %s share",
        batch,
        table.shape,
        wanted.shape,
    )
    return _step(ctx, op, wanted, table, y, axis, batch, ctx.place(op, y))


def _step(ctx, op, wanted, table, y, axis, batch, target):
    """The step that gathers rows of `table` along `axis` into `target`."""
    ctx.check(op, wanted.name == "int32", "numbers of type %s: wanted int32", wanted.name)
    ctx.check(
        op,
        table.name in ("int8", "float32"),
        "table of type %s: wanted int8 or float32",
        table.name,
    )
    shape = table.shape[:axis] + wanted.shape[batch:] + table.shape[axis + 1 :]
    ctx.check(op, y.shape == shape, "output of shape %s: wanted %s", y.shape, shape)
    ctx.spend(op, y.count)
    if not y.count:
        return None
    batches, outers = shapes.product(table.shape[:batch]), shapes.product(table.shape[batch:axis])
    coords = shapes.product(wanted.shape[batch:])
    row = shapes.product(table.shape[axis + 1 :]) * table.width
    (x, at), (buffer, to) = ctx.place(op, wanted), target
    p = shapes.numbers((at, 0, to, batches, outers, coords, table.shape[axis], row))
    return fetch(ctx, op, table, p, x, buffer)


def fetch(ctx, op, table, p, x, buffer):
    """The step that fetches rows with the parameters `p`; fills p[1]."""
    if table.data and ctx.memory is None:
        return Rows(ctx, table.data, p[7]).run, p, x, None, buffer, None
    w, p[1] = ctx.place(op, table)
    return ctx.kernel("gather", "gather"), p, x, w, buffer, None


def _widened(ctx, op, table, y):
    """int8 rows into the scratch, then through a table of 256 floats."""
    from .. import singles

    ctx.check(op, not table.zero_point(), "zero point %d: wanted 0", table.zero_point())
    scratch = ctx.scratch_at(op)
    rows = _step(ctx, op, ctx.need(op, 0), table, y, 0, 0, scratch)
    return moves.several(ctx, (rows, singles.widen(ctx, op, table, scratch, y)))
