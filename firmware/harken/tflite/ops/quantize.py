"""QUANTIZE and DEQUANTIZE: to other scales and types, from and to float32."""

from .. import quant, real, shapes

_DEQUANTIZE = 6


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    ctx.check(op, x.count == y.count, "shapes %s and %s: wanted as many elements", x.shape, y.shape)
    ctx.spend(op, x.count)
    if not y.count:
        return None
    if op.code == _DEQUANTIZE:
        return _to_float(ctx, op, x, y)
    return _from_float(ctx, op, x, y) if x.name == "float32" else _requantize(ctx, op, x, y)


def _to_float(ctx, op, x, y):
    ctx.check(
        op,
        x.name in ("int8", "int16") and y.name == "float32",
        "types %s and %s: not supported",
        x.name,
        y.name,
    )
    if x.name == "int8":
        from .. import singles

        return singles.widen(ctx, op, x, ctx.place(op, x), y)
    (a, at), (b, to) = ctx.place(op, x), ctx.place(op, y)
    p = shapes.numbers((x.count, at, to, x.zero_point()))
    return ctx.kernel("quantize", "float_of_int16"), p, a, x.scale(), b, None


def _from_float(ctx, op, x, y):
    """The step from floats; the scale goes to the kernel as mantissa and exponent."""
    ctx.check(op, y.name in ("int8", "int16"), "types %s and %s: not supported", x.name, y.name)
    m, e = quant.scale(y)
    while not m >> 23:
        m, e = m << 1, e - 1
    (a, at), (b, to) = ctx.place(op, x), ctx.place(op, y)
    p = shapes.numbers((x.count, at, to, y.width, m, e, y.zero_point()))
    return ctx.kernel("quantize", "from_float"), p, a, None, b, None


def _requantize(ctx, op, x, y):
    kinds = ("int8", "int16", "int32")
    ctx.check(
        op, x.name in kinds and y.name in kinds, "types %s and %s: not supported", x.name, y.name
    )
    if x.name == y.name == "int8":
        from .. import tables
        from .unary import lookup

        return lookup(ctx, op, x, y, tables.fill(tables.rescaled(ctx, op, x, y)))
    m, shift = quant.multiplier(real.over(quant.scale(x), quant.scale(y)))
    (a, at), (b, to) = ctx.place(op, x), ctx.place(op, y)
    p = shapes.numbers(
        (x.count, at, to, y.width, x.width, m, shift, x.zero_point(), y.zero_point())
    )
    return ctx.kernel("quantize", "requantized"), p, a, None, b, None
