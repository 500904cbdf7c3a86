"""MEAN, SUM and REDUCE_MAX along any dimensions, on int8, int16 and float32."""

from .. import quant, real, shapes

_MEAN, _REDUCE_MAX = 40, 82


def _parts(ctx, op, x, y):
    """(levels that stay, levels that go, elements reduced) with the steps of x in bytes."""
    rank = len(x.shape)
    gone = [shapes.axis(ctx, op, i, rank) for i in ctx.constant(ctx.need(op, 1))] if rank else []
    keep = op.options(27).get(0, "b")
    wanted, stay, go, n = [], [], [], 1
    for i, (count, step) in enumerate(zip(x.shape, shapes.strides(x.shape, x.width))):
        (go if i in gone else stay).append([count, step, 0])
        n *= count if i in gone else 1
        if keep or i not in gone:
            wanted.append(1 if i in gone else count)
    ctx.check(op, y.shape == tuple(wanted), "output of shape %s: wanted %s", y.shape, wanted)
    ctx.check(op, n, "nothing to reduce in shape %s", x.shape)
    return shapes.merged(stay), shapes.merged(go), n


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    ctx.check(op, x.type == y.type, "types %s and %s: wanted the same", x.name, y.name)
    kinds = ("int8", "float32") if op.code == _REDUCE_MAX else ("int8", "int16", "float32")
    ctx.check(op, x.name in kinds, "type %s: wanted one of %s", x.name, kinds)
    stay, go, n = _parts(ctx, op, x, y)
    ctx.spend(op, x.count)
    if not y.count:
        return None
    own, name = _own(ctx, op, x, y, n)
    inner = go.pop() if go else [1, 0, 0]
    (a, at), (b, to) = ctx.place(op, x), ctx.place(op, y)
    start = 9 + len(own)
    head = [start, len(stay), at, to, inner[0], inner[1], 0, start + 4 * len(stay), len(go)]
    p = shapes.numbers(head + own + shapes.odometer(stay) + shapes.odometer(go))
    return ctx.kernel("reduce", name), p, a, None, b, None


def _own(ctx, op, x, y, n):
    """(own parameters, name of the kernel)."""
    if x.name == "float32":
        return [
            n if op.code == _MEAN else 1
        ], "maximum_float32" if op.code == _REDUCE_MAX else "sum_float32"
    zero, out = x.zero_point(), y.zero_point()
    if op.code == _REDUCE_MAX:
        same = x.scale_bits() == y.scale_bits() and zero == out
        ctx.check(op, same, "another scale or zero point in the output: wanted the same")
        return [], "maximum_int8"
    m, shift = quant.multiplier(real.over(quant.scale(x), quant.scale(y)))
    if op.code == _MEAN:
        # 1 / n goes into the multiplier, with as many bits as n has.
        more = min(real.bits(n) - 1, 32, 31 + shift)
        m, shift = (m << more) // n, shift - more
    limit = (1 << 31) - 1
    ctx.check(op, n * 65536 < limit and m <= limit, "%d elements: too many to add up", n)
    return [m, shift, -zero * n, out], "sum_" + x.name
