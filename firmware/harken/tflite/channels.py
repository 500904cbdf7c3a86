"""The parameters that all operators with weights share: p[8] to p[17] and the tables behind.

See `kernels/portable/dense.py` for their meaning.
"""

from array import array

from . import quant

_HEAD = 18
SAME, VALID = 0, 1


def axis_of(ctx, op, weights, outputs, axis):
    """Whether the weights have a scale for each output; checks that they go along `axis`."""
    n = weights.scales()
    if n == 1:
        return False
    ctx.check(op, n == outputs, "%d scales of the weights: wanted 1 or %d", n, outputs)
    ctx.check(
        op, weights.axis() == axis, "scales along dimension %d: wanted %d", weights.axis(), axis
    )
    return True


def types(ctx, op, x, weights, y):
    """All three are int8."""
    found = x.name, weights.name, y.name
    ctx.check(op, found == ("int8", "int8", "int8"), "types %s, %s, %s: wanted int8" % found)


def parameters(ctx, op, x, weights, bias, y, outputs, axis, activation, extra=()):
    """The array p: p[8] to p[17], `extra` from p[18] on, then the tables. p[9] is 0."""
    each = axis_of(ctx, op, weights, outputs, axis)
    channels = outputs if each else 1
    head = _HEAD + len(extra)
    p = array("i", bytes(4 * (head + outputs + 2 * channels)))
    low, high = quant.activation_range(activation, y)
    ctx.check(op, low <= high, "activation range %d to %d", low, high)
    shared = (-x.zero_point(), 0, y.zero_point(), low, high, int(each))
    tables = (head, head + outputs, head + outputs + channels)
    for i, value in enumerate(shared + tables + (0,) + tuple(extra)):
        p[8 + i] = value
    if bias is not None:
        ctx.check(op, bias.name == "int32", "bias of type %s: wanted int32", bias.name)
        ctx.check(op, bias.count == outputs, "bias of shape %s: wanted %d", bias.shape, outputs)
        for i, value in enumerate(ctx.constant(bias)):
            p[head + i] = value
    for i in range(channels):
        p[tables[1] + i], p[tables[2] + i] = quant.rescale(x, weights, y, i)
    return p


def bias_type(ctx, op, options, field):
    """The options may name a type for the bias; it must be a known one, and is not used here."""
    found = options.get(field, "b")
    ctx.check(op, found in (0, 2, 4, 7), "bias of type %d in the options", found)


def window(ctx, op, padding, size, kernel, stride, dilation, found):
    """The padding in front of one dimension; checks its stride and its output size."""
    ctx.check(
        op,
        stride > 0 and dilation > 0,
        "stride %d, dilation %d: wanted 1 or more",
        stride,
        dilation,
    )
    ctx.check(op, padding in (SAME, VALID), "padding %d: wanted SAME or VALID", padding)
    ctx.check(op, size > 0 and kernel > 0, "input of %d, window of %d", size, kernel)
    reach = (kernel - 1) * dilation + 1
    out = (size + stride - (1 if padding == SAME else reach)) // stride
    ctx.check(op, out == found and out > 0, "output of size %d: wanted %d", found, out)
    front = max(0, (out - 1) * stride + reach - size) // 2
    # The reference keeps these in 16 bits.
    ctx.check(
        op,
        max(stride, dilation, front) < 1 << 15,
        "stride or dilation of %d",
        max(stride, dilation),
    )
    return front
