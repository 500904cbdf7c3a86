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
    ctx.scratch(op, ctx.kernel("dense", "scratch")(4 * units, max(inputs, units)), 1)
    ctx.tile(max(inputs, units), 1)
    # One tile for all gates, so that they are read once and not at every step.
    ctx.tile(1, 4 * units * (inputs + units))


def _part(ctx, op, x, weights, biases, s_at, units):
    """The parameters of half of one or several gates: `dense16` of one row of x.

    Several gates lie one behind the other, in the weights as in the results.
    """
    depth, rows = x.shape[-1], units * len(weights)
    bias, scales = [], []
    for matrix in weights:
        ctx.check(op, matrix.name == "int8", "weights of type %s: wanted int8", matrix.name)
        ctx.check(op, matrix.shape == (units, depth), "weights of shape %s", matrix.shape)
        ctx.check(op, matrix.scales() == 1, "%d scales of weights: wanted 1", matrix.scales())
        product = real.times(quant.scale(x), quant.scale(matrix))
        scales.append(quant.multiplier(real.over(product, _GATE)))
    for t in biases:
        ctx.check(op, t.name == "int32" and t.shape == (units,), "bias of shape %s", t.shape)
        bias.extend(ctx.constant(t))
    each = units if len(weights) > 1 else 1
    tables = len(scales) * each
    p = array("i", (
        0, rows, depth, 0, 0, 0, 1, rows, -x.zero_point(), -weights[0].zero_point(), 0,
        -32768, 32767, int(len(weights) > 1), _HEAD, _HEAD + rows, _HEAD + rows + tables, s_at,
        int(not biases),
    ))  # fmt: skip
    p.extend(array("i", bias or [0] * rows))
    for column in (0, 1):
        for scale in scales:
            p.extend(array("i", [scale[column]] * each))
    return p


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

    Weights that fit the tile together are loaded once a run, one behind the other; the others pass
    through it at every step.
    """
    places = [ctx.weights(op, t) for t in weights]
    buffer = places[0][0]
    ctx.check(op, all([b is buffer for b, at in places]), "weights that are computed")
    if places[0][1] >= 0:
        return buffer, [at for b, at in places], ()
    offsets, end = [], 0
    for t in weights:
        offsets.append(end)
        end += t.size
    if end > len(buffer):
        return buffer, None, ()
    view = memoryview(buffer)
    loads = [(t.data, view[at : at + t.size]) for at, t in zip(offsets, weights)]
    return buffer, offsets, tuple(loads)


def _parts(ctx, op, units, sides, scratch):
    """(the halves of the gates, what to load first); `sides`: (tensor, buffer) of x, hidden."""
    (g, g_at), (s, s_at) = scratch
    weights = [ctx.need(op, gate[side]) for side in (0, 1) for gate in _GATES]
    buffer, offsets, loads = _weights(ctx, op, weights)
    kernel = ctx.kernel("lstm", "dense16")
    parts = []
    for side, (x, a) in enumerate(sides):
        mine = weights[4 * side : 4 * side + 4]
        zeros = [t.zero_point() for t in mine]
        # Loaded matrices lie one behind the other: one call does for all four gates.
        many = 4 if loads and zeros == zeros[:1] * 4 else 1
        for i in range(0, 4, many):
            biases = [] if side else [ctx.need(op, gate[2]) for gate in _GATES[i : i + many]]
            p = _part(ctx, op, x, mine[i : i + many], biases, s_at, units)
            p[5] = g_at + 2 * units * i
            f = kernel
            if offsets is None:
                f = Tiles(ctx.source, kernel, mine[i].data, p[2], units, buffer).run
            else:
                p[4] = offsets[4 * side + i]
            parts.append((side, f, p, a, buffer, g, s))
    return tuple(parts), loads


def prepare(ctx, op):
    sizes = _sizes(ctx, op)
    batches, steps, inputs, units, major = sizes
    ctx.check(op, op.options(_OPTIONS).get(0, "b") == _TANH, "activation: wanted TANH")
    x, hidden, cell, y = ctx.need(op, 0), ctx.need(op, 18), ctx.need(op, 19), ctx.output(op, 0)
    (a, x_at), (h, h_at) = ctx.place(op, x), ctx.place(op, hidden)
    (c, c_at), (b, y_at) = ctx.place(op, cell), ctx.place(op, y)
    ctx.spend(op, batches * steps * 4 * units * (inputs + units))
    scratch = ctx.scratch_at(op), ctx.scratch_at(op, 1)
    parts, loads = _parts(ctx, op, units, ((x, a), (hidden, h)), scratch)
    g, g_at = scratch[0]
    p = _update(ctx, op, units)
    p[3] = g_at
    update = ctx.kernel("lstm", "update"), p, c, ctx.table("sigmoid", curves.sigmoid_table), h, g
    copy = ctx.kernel("move", "copy"), array("i", (units, 0, 0)), h, None, b, None
    # From step to step and from batch to batch.
    far, near = (batches, 1) if major else (1, steps)
    loop = array("i", (steps, 0, far * inputs, 0, far * units, 0))
    places = (x_at, near * inputs), (y_at, near * units), h_at, c_at
    kernel = ctx.kernel("lstm", "loop")
    lstm = Sequence(
        (batches, units), parts, loads, ctx.source, kernel, loop, update, copy, places
    )  # fmt: skip
    return lstm.run, None, None, None, None, None
