"""GATHER and EMBEDDING_LOOKUP: rows of a table by their numbers.

Of a table that lies in a file or in flash only the rows that are wanted are read, one by one.
"""

from .. import shapes
from ..errors import ModelError
from . import moves

_GATHER = 36


class Rows:
    """Reads rows of a constant table from its source; parameters as the kernel `gather` has them."""

    def __init__(self, ctx, at, row):
        self._source = ctx.source
        self._at = at
        self._copy = ctx.kernel("move", "copy")
        self._row = bytearray(row)
        self._p = shapes.numbers((row, 0, 0))

    def run(self, p, x, w, y, s):
        at, table, self._p[2] = p[0], self._at, p[2]
        for _ in range(p[3]):
            for _ in range(p[4]):
                self._some(p, x, y, at, table)
                table += p[6] * p[7]
            at += 4 * p[5]

    def _some(self, p, x, y, at, table):
        row, last = self._row, -1
        for k in range(at, at + 4 * p[5], 4):
            i = x[k] | x[k + 1] << 8 | x[k + 2] << 16 | x[k + 3] << 24
            if i >= p[6]:
                raise ModelError("GATHER: row %d: the table has %d" % (i, p[6]))
            if i != last:
                self._source.readinto(table + i * p[7], row)
                last = i
            self._copy(self._p, row, None, y, None)
            self._p[2] += p[7]


def plan(ctx, op):
    if op.code != _GATHER and ctx.output(op, 0).name == "float32" and ctx.need(op, 1).name == "int8":
        ctx.scratch(op, ctx.output(op, 0).count)


def prepare(ctx, op):
    if op.code == _GATHER:
        return _gather(ctx, op)
    table, y = ctx.need(op, 1), ctx.output(op, 0)
    ctx.check(op, len(table.shape) >= 2, "table of shape %s: wanted at least 2 dimensions", table.shape)
    ctx.check(op, len(ctx.need(op, 0).shape) == 1, "numbers of shape %s: wanted 1 dimension", ctx.need(op, 0).shape)
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
    fits = 0 <= batch <= min(axis, len(wanted.shape)) and table.shape[:batch] == wanted.shape[:batch]
    ctx.check(op, fits, "%d batch dimensions: wanted those that shapes %s and %s share", batch, table.shape, wanted.shape)
    return _step(ctx, op, wanted, table, y, axis, batch, ctx.place(op, y))


def _step(ctx, op, wanted, table, y, axis, batch, target):
    """The step that gathers rows of `table` along `axis` into `target`."""
    ctx.check(op, wanted.name == "int32", "numbers of type %s: wanted int32", wanted.name)
    ctx.check(op, table.name in ("int8", "float32"), "table of type %s: wanted int8 or float32", table.name)
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
