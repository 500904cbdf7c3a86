"""UNIDIRECTIONAL_SEQUENCE_LSTM: int8 activations and weights, int16 cell state and gates."""

from array import array

from .. import curves, quant, real
from ..sequence import Sequence
from ..tiles import Tiles

_OPTIONS = 71
_TANH = 4
_GATE = (1, -12)  # the scale in front of a gate's curve, 2**-12
_UNIT = (1, -15)  # the scale behind it, 2**-15
# Inputs (weights of x, recurrent weights, bias) of the gates: forget, input, cell, output.
_GATES = ((2, 6, 13), (1, 5, 12), (3, 7, 14), (4, 8, 15))
_HIDDEN, _CELL = 18, 19
_ABSENT = (9, 10, 11, 16, 17, 20, 21, 22, 23)
_HEAD = 19


def _sizes(ctx, op):
    """(batches, steps, inputs, units, time major), all shapes checked."""
    ctx.check(op, len(op.inputs) == 24, "%d inputs: wanted 24", len(op.inputs))
    for i in _ABSENT:
        ctx.check(op, ctx.input(op, i) is None, "input %d: peepholes, projections, norms", i)
    x, hidden, cell, y = ctx.need(op, 0), ctx.need(op, 18), ctx.need(op, 19), ctx.output(op, 0)
    ctx.check(op, len(x.shape) == 3 and x.count, "input of shape %s: wanted 3D", x.shape)
    ctx.check(op, len(hidden.shape) == 2, "state of shape %s: wanted 2D", hidden.shape)
    major = bool(op.options(_OPTIONS).get(3, "b"))
    batches, steps = (x.shape[1], x.shape[0]) if major else x.shape[:2]
    inputs, units = x.shape[2], hidden.shape[1]
    ctx.check(op, y.shape == x.shape[:2] + (units,), "output of shape %s", y.shape)
    for t in (hidden, cell):
        ctx.check(op, t.variable and t.count == batches * units, "state tensor %d", t.index)
    found = x.name, hidden.name, y.name, cell.name
    ctx.check(op, found == ("int8", "int8", "int8", "int16"), "types %s, %s, %s, %s" % found)
    return batches, steps, inputs, units, major


def plan(ctx, op):
    _, _, inputs, units, _ = _sizes(ctx, op)
    ctx.scratch(op, 8 * units + 16)
    ctx.scratch(op, ctx.kernel("dense", "scratch")(units, max(inputs, units)), 1)
    # One tile for all gates, so that they are read once and not at every step.
    ctx.tile(max(inputs, units), 4 * units + _extra_rows(inputs, units))


def _extra_rows(inputs, units):
    """Rows of the longer kind that hold the rows of the shorter kind."""
    low, high = min(inputs, units), max(inputs, units)
    return (4 * units * low + high - 1) // high + 8


def _part(ctx, op, x, weights, bias, y_at, s_at, units):
    """The parameters of half a gate: `dense16` of one row of x."""
    depth = x.shape[-1]
    ctx.check(op, weights.name == "int8", "weights of type %s: wanted int8", weights.name)
    ctx.check(op, weights.shape == (units, depth), "weights of shape %s", weights.shape)
    ctx.check(op, weights.scales() == 1, "%d scales of the weights: wanted 1", weights.scales())
    product = real.times(quant.scale(x), quant.scale(weights))
    scaling = quant.multiplier(real.over(product, _GATE))
    head = (
        0, units, depth, 0, 0, y_at, 1, units, -x.zero_point(), -weights.zero_point(), 0,
        -32768, 32767, 0, _HEAD, _HEAD + units, _HEAD + units + 1, s_at, int(bias is None),
    )  # fmt: skip
    values = [0] * units
    if bias is not None:
        ctx.check(op, bias.name == "int32" and bias.shape == (units,), "bias %s", bias.shape)
        values = list(ctx.constant(bias))
    return array("i", list(head) + values + list(scaling))


def _curve_shift(ctx, op, cell):
    """(factor, shift) in front of tanh(cell state), whose scale is a power of two."""
    m, e = quant.scale(cell)
    power = e + real.bits(m) - 1
    ctx.check(op, m == 1 << (real.bits(m) - 1), "cell state's scale: wanted a power of two")
    up = power + 12
    ctx.check(op, -16 < up < 13, "cell state's scale 2**%d", power)
    return (3 << up, 0) if up >= 0 else (3, -up)


def _clip(ctx, op, cell):
    """The cell state's limit as an int16; 0 for none."""
    word = op.options(_OPTIONS).get(1, "I")
    if word & 0x7FFFFFFF == 0 or word >> 31:
        return 0
    limit = real.over(real.from_bits(word), quant.scale(cell))
    if not real.less(limit, (32767, 0)):
        return 32767
    m, e = limit
    value = m << e if e >= 0 else m >> -e
    ctx.check(op, value > 0, "cell clip below the cell state's scale")
    return value


def _update(ctx, op, units):
    """The parameters of the kernel `update`."""
    hidden, cell = ctx.need(op, _HIDDEN), ctx.need(op, _CELL)
    scale = quant.scale(cell)
    unit2 = real.times(_UNIT, _UNIT)
    forget = quant.multiplier(real.over(real.times(_UNIT, scale), scale))
    enter = quant.multiplier(real.over(unit2, scale))
    leave = quant.multiplier(real.over(unit2, quant.scale(hidden)))
    tail = (hidden.zero_point(), _clip(ctx, op, cell)) + _curve_shift(ctx, op, cell)
    return array("i", (units, 0, 0, 0) + forget + enter + leave + tail)


def _weights(ctx, op, weights):
    """Where the gates' weights are read: (buffer, offsets or None, what to load first).

    Weights that fit the tile together are loaded once a run; the others pass through it at every
    step.
    """
    places = [ctx.weights(op, t) for t in weights]
    buffer = places[0][0]
    ctx.check(op, all([b is buffer for b, at in places]), "weights that are computed")
    if places[0][1] >= 0:
        return buffer, [at for b, at in places], ()
    offsets, end = [], 0
    for t in weights:
        offsets.append(end)
        end = (end + t.size + 3) & -4
    if end > len(buffer):
        return buffer, None, ()
    view = memoryview(buffer)
    loads = [(t.data, view[at : at + t.size]) for at, t in zip(offsets, weights)]
    return buffer, offsets, tuple(loads)


def prepare(ctx, op):
    sizes = _sizes(ctx, op)
    batches, steps, inputs, units, major = sizes
    ctx.check(op, op.options(_OPTIONS).get(0, "b") == _TANH, "activation: wanted TANH")
    x, hidden, cell, y = ctx.need(op, 0), ctx.need(op, 18), ctx.need(op, 19), ctx.output(op, 0)
    (g, g_at), (s, s_at) = ctx.scratch_at(op), ctx.scratch_at(op, 1)
    (a, x_at), (h, h_at) = ctx.place(op, x), ctx.place(op, hidden)
    (c, c_at), (b, y_at) = ctx.place(op, cell), ctx.place(op, y)
    ctx.spend(op, batches * steps * 4 * units * (inputs + units))
    weights = [ctx.need(op, i) for gate in _GATES for i in gate[:2]]
    buffer, offsets, loads = _weights(ctx, op, weights)
    kernel = ctx.kernel("lstm", "dense16")
    parts = []
    for i, matrix in enumerate(weights):
        recurrent = i & 1
        bias = None if recurrent else ctx.need(op, _GATES[i >> 1][2])
        state = hidden if recurrent else x
        p = _part(ctx, op, state, matrix, bias, g_at + 2 * units * (i >> 1), s_at, units)
        f = kernel
        if offsets is None:
            f = Tiles(ctx.source, kernel, matrix.data, p[2], units, buffer).run
        else:
            p[4] = offsets[i]
        parts.append((recurrent, f, p, h if recurrent else a, buffer, g, s))
    p = _update(ctx, op, units)
    p[3] = g_at
    update = ctx.kernel("lstm", "update"), p, c, ctx.table("sigmoid", curves.sigmoid_table), h, g
    copy = ctx.kernel("move", "copy"), array("i", (units, 0, 0)), h, None, b, None
    # From step to step and from batch to batch.
    far, near = (batches, 1) if major else (1, steps)
    loop = array("i", (steps, 0, far * inputs, 0, far * units, 0))
    places = (x_at, near * inputs), (y_at, near * units), h_at, c_at
    kernel = ctx.kernel("lstm", "loop")
    parts = tuple(parts)
    lstm = Sequence(
        (batches, units), parts, loads, ctx.source, kernel, loop, update, copy, places
    )  # fmt: skip
    return lstm.run, None, None, None, None, None
