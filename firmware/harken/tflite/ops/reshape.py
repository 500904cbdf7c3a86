"""RESHAPE, SQUEEZE and EXPAND_DIMS: the same bytes under another shape.

Nothing runs where the arena can share them.
"""

_RESHAPE, _SQUEEZE = 22, 43
_RESHAPE_OPTIONS, _SQUEEZE_OPTIONS = 17, 30


def plan(ctx, op):
    ctx.share(op, 0)


def _squeezed(ctx, op, x):
    """The shape of x without the dimensions that the options name, or without all ones."""
    rank = len(x.shape)
    named = [d + rank if d < 0 else d for d in op.options(_SQUEEZE_OPTIONS).ints(0)]
    for d in named:
        ctx.check(op, 0 <= d < rank and x.shape[d] == 1, "dimension %d: wanted a one", d)
    keep = [i for i, n in enumerate(x.shape) if i not in named and (named or n != 1)]
    return tuple([x.shape[i] for i in keep])


def _expanded(ctx, op, x):
    """The shape of x with a one where the second input says."""
    values = ctx.constant(ctx.need(op, 1))
    ctx.check(op, len(values) == 1, "%d axes: wanted one", len(values))
    rank = len(x.shape)
    axis = values[0] + rank + 1 if values[0] < 0 else values[0]
    ctx.check(op, 0 <= axis <= rank, "axis %d: wanted one of %d", axis, rank + 1)
    return x.shape[:axis] + (1,) + x.shape[axis:]


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    ctx.check(op, x.type == y.type, "types %s and %s: wanted the same", x.name, y.name)
    ctx.check(op, x.count == y.count, "shapes %s and %s: wanted as many elements", x.shape, y.shape)
    if op.code == _RESHAPE:
        wanted = op.options(_RESHAPE_OPTIONS).ints(0)
        ctx.check(op, len(wanted) <= 8, "%d dimensions: wanted at most 8", len(wanted))
        return ctx.copy(x, y, op)
    wanted = _squeezed(ctx, op, x) if op.code == _SQUEEZE else _expanded(ctx, op, x)
    ctx.check(op, y.shape == wanted, "output of shape %s: wanted %s", y.shape, wanted)
    return ctx.copy(x, y, op)
