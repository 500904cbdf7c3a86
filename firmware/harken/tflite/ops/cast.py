"""CAST between bool, int8, int16, int32 and float32, as C converts."""

from .. import shapes

_CODES = {"bool": "B", "int8": "b", "int16": "h", "int32": "i", "float32": "f"}


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    ctx.check(op, x.count == y.count, "shapes %s and %s: wanted as many elements", x.shape, y.shape)
    good = x.name in _CODES and y.name in _CODES and y.name != "bool"
    ctx.check(op, good, "types %s and %s: not supported", x.name, y.name)
    ctx.spend(op, x.count)
    (a, at), (b, to) = ctx.place(op, x), ctx.place(op, y)
    p = shapes.numbers((x.count, at, to, x.width, y.width, x.name == "bool"))
    if "float32" not in (x.name, y.name):
        return ctx.kernel("cast", "integers"), p, a, None, b, None
    return ctx.kernel("cast", "any"), p, a, ("<" + _CODES[x.name], "<" + _CODES[y.name]), b, None
