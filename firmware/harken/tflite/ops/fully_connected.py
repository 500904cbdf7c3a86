"""FULLY_CONNECTED on int8, weights per tensor or per channel."""

from array import array

from .. import quant, real
from ..tiles import step

_OPTIONS = 8
_HEAD = 18
#: Accumulators that a kernel may keep at once, as int32.
CHUNK = 32


def _depth(ctx, op):
    """(rows, depth) of the weights, checked."""
    weights = ctx.need(op, 1)
    shape = weights.shape
    ctx.check(
        op, len(shape) == 2 and weights.count, "weights of shape %s: wanted (outputs, depth)", shape
    )
    return shape


def plan(ctx, op):
    outputs, depth = _depth(ctx, op)
    ctx.tile(depth, outputs)
    ctx.scratch(op, 4 * min(outputs, CHUNK))


def _batches(ctx, op, x, y, outputs, depth):
    ctx.check(op, x.count % depth == 0, "input of shape %s: wanted rows of %d", x.shape, depth)
    batches = x.count // depth
    ctx.check(
        op,
        y.count == batches * outputs,
        "output of shape %s: wanted %d values",
        y.shape,
        batches * outputs,
    )
    ctx.check(
        op,
        not y.shape or y.shape[-1] == outputs,
        "output of shape %s: wanted rows of %d",
        y.shape,
        outputs,
    )
    return batches


def _bias(ctx, op, outputs):
    bias = ctx.input(op, 2)
    if bias is None:
        return [0] * outputs
    ctx.check(op, bias.name == "int32", "bias of type %s: wanted int32", bias.name)
    ctx.check(op, bias.count == outputs, "bias of shape %s: wanted %d", bias.shape, outputs)
    return ctx.constant(bias)


def _bias_scale(ctx, op, x, weights, y):
    """The bias must count in steps of x scale * weights scale, as the reference demands."""
    bias = ctx.input(op, 2)
    if bias is None or weights.scales() > 1:
        return
    product = real.times(quant.scale(x), quant.scale(weights))
    other = quant.scale(bias)
    e = min(product[1], other[1])
    gap = abs((product[0] << (product[1] - e)) - (other[0] << (other[1] - e))), e
    limit = real.times(quant.scale(y), (0x147AE147AE147B, -58))  # the double 0.02
    ctx.check(op, not real.less(limit, gap), "bias scale differs from input scale * weights scale")


def prepare(ctx, op):
    x, weights, y = ctx.need(op, 0), ctx.need(op, 1), ctx.output(op, 0)
    outputs, depth = _depth(ctx, op)
    names = x.name, weights.name, y.name
    ctx.check(
        op,
        names == ("int8", "int8", "int8"),
        "types %s, %s, %s: wanted int8",
        x.name,
        weights.name,
        y.name,
    )
    options = op.options(_OPTIONS)
    ctx.check(op, not options.get(1, "b"), "shuffled weights: wanted the default format")
    batches = _batches(ctx, op, x, y, outputs, depth)
    ctx.spend(op, batches * outputs * depth)
    _bias_scale(ctx, op, x, weights, y)
    each = weights.scales() > 1
    ctx.check(
        op,
        not each or (weights.scales() == outputs and weights.axis() == 0),
        "%d scales along dimension %d: wanted %d along 0",
        weights.scales(),
        weights.axis(),
        outputs,
    )
    low, high = quant.activation_range(options.get(0, "b"), y)
    channels = outputs if each else 1
    p = array("i", bytes(4 * (_HEAD + outputs + 2 * channels)))
    (a, at), (b, to) = ctx.place(op, x), ctx.place(op, y)
    s, s_at = ctx.scratch_at(op)
    head = (
        0, outputs, depth, at, 0, to, batches, outputs, -x.zero_point(), 0 if each else -weights.zero_point(),
        y.zero_point(), low, high, int(each), _HEAD, _HEAD + outputs, _HEAD + outputs + channels, s_at,
    )  # fmt: skip
    for i, value in enumerate(head):
        p[i] = value
    for i, value in enumerate(_bias(ctx, op, outputs)):
        p[_HEAD + i] = value
    for i in range(channels):
        p[head[15] + i], p[head[16] + i] = quant.rescale(x, weights, y, i)
    return step(ctx, ctx.kernel("dense", "dense"), p, a, weights, depth, outputs, b, s)
