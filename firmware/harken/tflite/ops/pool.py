"""AVERAGE_POOL_2D and MAX_POOL_2D on int8."""

from array import array

from .. import channels, quant

_AVERAGE, _OPTIONS = 1, 5


def _same_quantization(ctx, op, x, y):
    gap = abs(x.scale() - y.scale())
    ctx.check(op, gap <= 1e-6, "scales %g and %g: wanted the same", x.scale(), y.scale())
    ctx.check(op, x.zero_point() == y.zero_point(), "zero points differ")


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    ctx.check(op, x.name == y.name == "int8", "types %s, %s: wanted int8", x.name, y.name)
    ctx.check(op, len(x.shape) == len(y.shape) == 4 and x.count, "shapes %s, %s", x.shape, y.shape)
    ctx.check(
        op, x.shape[0] == y.shape[0] and x.shape[3] == y.shape[3], "shapes %s, %s", x.shape, y.shape
    )
    _same_quantization(ctx, op, x, y)
    o = op.options(_OPTIONS)
    padding, s_w, s_h, f_w, f_h = o.get(0, "b"), o.get(1), o.get(2), o.get(3), o.get(4)
    top = channels.window(ctx, op, padding, x.shape[1], f_h, s_h, 1, y.shape[1])
    left = channels.window(ctx, op, padding, x.shape[2], f_w, s_w, 1, y.shape[2])
    low, high = quant.activation_range(o.get(5, "b"), y)
    (a, at), (b, to) = ctx.place(op, x), ctx.place(op, y)
    ctx.spend(op, y.count * min(f_h, x.shape[1]) * min(f_w, x.shape[2]))
    p = array("i", x.shape[:3] + (x.shape[3], at, to) + y.shape[1:3] + (f_h, f_w, s_h, s_w))
    p.extend(array("i", (top, left, low, high)))
    kernel = ctx.kernel("pool", "average" if op.code == _AVERAGE else "maximum")
    return kernel, p, a, None, b, None
