"""Ops on one tensor, element by element: RELU, RELU6, LEAKY_RELU, HARD_SWISH, RSQRT.

On int8 they are a table of 256 values, filled while the op is prepared by the module `tables`.
"""

from .. import shapes

_OPS = {19: "relu", 21: "relu6", 98: "leaky_relu", 117: "hard_swish", 76: "rsqrt"}
_INT16 = ("relu", "relu6", "leaky_relu")


def plan(ctx, op):
    ctx.share(op, 0)


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    name = _OPS[op.code]
    ctx.check(op, x.name == y.name, "types %s and %s: wanted the same", x.name, y.name)
    ctx.check(op, x.count == y.count, "shapes %s and %s: wanted as many elements", x.shape, y.shape)
    ctx.spend(op, x.count)
    if x.name == "float32":
        return _float(ctx, op, name, x, y)
    ctx.check(
        op,
        x.name == "int8" or (x.name == "int16" and name in _INT16),
        "type %s: wanted int8 or float32",
        x.name,
    )
    from .. import tables

    curve = getattr(tables, name)(ctx, op, x, y)
    if x.name == "int8":
        lowest = x.zero_point() if name == "rsqrt" else -128
        return lookup(ctx, op, x, y, tables.fill(curve), lowest)
    p, a, b = _places(ctx, op, x, y)
    return ctx.kernel("unary", "mapped_int16"), p, a, curve, b, None


def _places(ctx, op, x, y):
    (a, at), (b, to) = ctx.place(op, x), ctx.place(op, y)
    return shapes.numbers((x.count, at, to)), a, b


def lookup(ctx, op, x, y, table, lowest=-128):
    """The step that maps the bytes of x through a table; values below `lowest` are an error."""
    p, a, b = _places(ctx, op, x, y)
    if lowest == -128:
        return ctx.kernel("table", "lookup"), p, a, table, b, None
    p.append(lowest)
    return ctx.kernel("unary", "bounded"), p, a, table, b, None


def _float(ctx, op, name, x, y):
    p, a, b = _places(ctx, op, x, y)
    alpha = op.options(75).get(0, "f", 0.0) if name == "leaky_relu" else None
    return ctx.kernel("unary", name), p, a, alpha, b, None
