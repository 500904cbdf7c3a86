"""SVDF: a low-rank filter over time; int8, its state in an int8 or int16 variable."""

from array import array

from .. import quant, real
from ..graph import LIMITS
from ..tiles import step

_OPTIONS = 6
_HEAD = 20


def _sizes(ctx, op):
    """(batches, inputs, filters, memory, rank), all shapes and types checked."""
    ctx.check(op, len(op.inputs) == 5, "%d inputs: wanted 5", len(op.inputs))
    x, features, time, bias, state = [ctx.need(op, i) for i in range(5)]
    for t in (x, features, time, state):
        ctx.check(op, len(t.shape) == 2 and t.count, "tensor of shape %s: wanted 2D", t.shape)
    rank = op.options(_OPTIONS).get(0)
    (batches, inputs), (filters, memory) = x.shape, time.shape
    ctx.check(op, rank > 0 and filters % rank == 0, "%d filters of rank %d", filters, rank)
    ctx.check(op, features.shape == (filters, inputs), "weights of shape %s", features.shape)
    ctx.check(op, state.shape == (batches, filters * memory), "state of shape %s", state.shape)
    ctx.check(op, state.variable, "the state is no variable")
    ctx.check(op, bias.shape == (filters // rank,), "bias of shape %s", bias.shape)
    y = ctx.output(op, 0)
    ctx.check(op, y.shape == (batches, filters // rank), "output of shape %s", y.shape)
    found = x.name, features.name, bias.name, y.name
    ctx.check(op, found == ("int8", "int8", "int32", "int8"), "types %s, %s, %s, %s" % found)
    found = time.name, state.name
    ctx.check(op, found in (("int8", "int8"), ("int16", "int16")), "types %s, %s" % found)
    return batches, inputs, filters, memory, rank


def plan(ctx, op):
    _, inputs, filters, _, _ = _sizes(ctx, op)
    ctx.tile(inputs, filters)
    ctx.scratch(op, ctx.kernel("svdf", "scratch")(filters, inputs))


def _product(a, b):
    """a * b in single precision, as the reference multiplies scales here."""
    return real.times(a, b, real.SINGLE)


def _check_bias_scale(ctx, op, bias, product):
    gap = abs(real.value(quant.scale(bias)) - real.value(product))
    ctx.check(op, gap < 9e-6, "bias scale is not state scale * time weights scale")


def prepare(ctx, op):
    batches, inputs, filters, memory, rank = _sizes(ctx, op)
    x, features, time, bias, state = [ctx.need(op, i) for i in range(5)]
    y = ctx.output(op, 0)
    (a, x_at), (t, t_at), (h, h_at) = [ctx.place(op, i) for i in (x, time, state)]
    (b, y_at), (s, s_at) = ctx.place(op, y), ctx.scratch_at(op)
    ctx.spend(op, batches * filters * (inputs + memory))
    width, units = state.width, filters // rank
    first = _product(quant.scale(x), quant.scale(features))
    first = quant.multiplier(real.over(first, quant.scale(state), real.SINGLE))
    second = _product(quant.scale(state), quant.scale(time))
    _check_bias_scale(ctx, op, bias, second)
    second = quant.multiplier(real.over(second, quant.scale(y), real.SINGLE))
    low, high = LIMITS[state.type]
    p = array("i", (
        0, filters, inputs, x_at, 0, h_at, batches, filters, -x.zero_point(), 0, state.zero_point(),
        low, high, 0, 0, 18, 19, s_at,
    ) + first + (memory, width))  # fmt: skip
    shift = array("i", (batches * filters * memory * width, h_at, width))
    r = array("i", (
        0, units, rank, h_at, t_at, y_at, batches, memory, -state.zero_point(), width,
        y.zero_point(), -128, 127, 0, _HEAD, _HEAD + units, _HEAD + units + 1, s_at, 0, 0,
    ) + tuple(ctx.constant(bias)) + second)  # fmt: skip
    return [
        (ctx.kernel("svdf", "shift"), shift, None, None, h, None),
        step(ctx, op, ctx.kernel("svdf", "feature"), p, a, features, inputs, filters, h, s),
        (ctx.kernel("svdf", "time"), r, h, t, b, s),
    ]
