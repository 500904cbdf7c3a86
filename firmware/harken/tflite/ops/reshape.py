"""RESHAPE, SQUEEZE and EXPAND_DIMS: the same bytes under another shape.

Nothing runs where the arena can share them.
"""

_SQUEEZE, _EXPAND_DIMS = 43, 70
_RESHAPE, _OPTIONS = 22, 17


def plan(ctx, op):
    ctx.share(op, 0)


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    if op.code == _RESHAPE:
        wanted = op.options(_OPTIONS).ints(0)
        ctx.check(op, len(wanted) <= 8, "%d dimensions: wanted at most 8", len(wanted))
    ctx.check(op, x.type == y.type, "types %s and %s: wanted the same", x.name, y.name)
    ctx.check(op, x.count == y.count, "shapes %s and %s: wanted as many elements", x.shape, y.shape)
    if op.code in (_SQUEEZE, _EXPAND_DIMS):
        ones = [n for n in x.shape if n != 1] == [n for n in y.shape if n != 1]
        ctx.check(op, ones, "shapes %s and %s: wanted them to differ in ones", x.shape, y.shape)
    return ctx.copy(x, y, op)
