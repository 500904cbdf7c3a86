"""LOGISTIC and TANH on int8: a table of 256 values, filled while the op is prepared."""

from array import array

from .. import curves, quant, real
from ..kernels.portable.fixed import divide, requantize

_LOGISTIC = 14
_BITS = 4


def plan(ctx, op):
    ctx.share(op, 0)


def _table(curve, down, zero, scale, zero_point):
    """The bytes of y for x = 0..255, the unsigned value of its byte."""
    # The reference shifts a 64-bit integer by as much.
    m, shift = quant.multiplier(real.times(scale, (1, 31 - _BITS)), 62)
    if shift < 0:
        radius = 15 << (31 - _BITS - shift)
    else:
        radius = (15 << (31 - _BITS)) >> shift
    table = bytearray(256)
    for i in range(256):
        x = ((i + 128) & 255) - 128 - zero_point
        if x <= -radius:
            y = -128
        elif x >= radius:
            y = 127
        else:
            y = divide(curve(requantize(x, m, shift), _BITS), down) + zero
        table[i] = max(-128, min(y, 127)) & 255
    return table


def lookup(ctx, op, x, y, table):
    """The step that maps every byte of x through a table of 256 bytes into y."""
    (a, at), (b, to) = ctx.place(op, x), ctx.place(op, y)
    ctx.spend(op, x.count)
    return ctx.kernel("table", "lookup"), array("i", (x.count, at, to)), a, table, b, None


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    ctx.check(op, x.name == y.name == "int8", "types %s, %s: wanted int8", x.name, y.name)
    ctx.check(op, x.count == y.count, "shapes %s and %s: wanted as many", x.shape, y.shape)
    scale = quant.scale(x)
    if op.code == _LOGISTIC:
        ctx.check(op, y.zero_point() == -128, "zero point %d: wanted -128", y.zero_point())
        table = _table(curves.logistic, 23, -128, scale, x.zero_point())
    else:
        table = _table(curves.tanh, 24, 0, scale, x.zero_point())
    return lookup(ctx, op, x, y, table)
