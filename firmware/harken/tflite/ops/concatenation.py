"""CONCATENATION and PACK: inputs side by side along an axis."""

from .. import shapes
from . import moves

_PACK = 83


def _axis(ctx, op, y):
    """(axis, inputs wanted) from the options."""
    if op.code == _PACK:
        options = op.options(59)
        return shapes.axis(ctx, op, options.get(1), len(y.shape)), options.get(0)
    options = op.options(10)
    ctx.check(op, not options.get(1, "b"), "fused activation: wanted none")
    return shapes.axis(ctx, op, options.get(0), len(y.shape)), len(op.inputs)


def prepare(ctx, op):
    y = ctx.output(op, 0)
    at, count = _axis(ctx, op, y)
    ctx.check(op, count == len(op.inputs), "%d inputs: wanted %d", len(op.inputs), count)
    outer = shapes.product(y.shape[:at])
    whole = shapes.product(y.shape[at:]) * y.width
    target, offset = ctx.place(op, y)
    steps, start, length = [], 0, 0
    for n in range(count):
        x = ctx.need(op, n)
        moves.same(ctx, op, y, x)
        length += _check(ctx, op, x, y, at)
        if x.name == "int8":
            _check_quantisation(ctx, op, x, y)
        if not x.count:
            continue
        part = x.size // outer
        steps.append(
            moves.strided(
                ctx, op, ctx.place(op, x), (target, offset + start), [[outer, part, whole]], part
            )
        )
        start += part
    ctx.check(
        op, length == y.shape[at], "inputs of %d along the axis: wanted %d", length, y.shape[at]
    )
    ctx.spend(op, y.count)
    return moves.several(ctx, steps)


def _check(ctx, op, x, y, at):
    """Checks an input's shape; its length along the axis."""
    shape = x.shape[:at] + (1,) + x.shape[at:] if op.code == _PACK else x.shape
    fits = (
        len(shape) == len(y.shape)
        and shape[:at] == y.shape[:at]
        and shape[at + 1 :] == y.shape[at + 1 :]
    )
    ctx.check(op, fits, "input of shape %s: does not fit into %s", x.shape, y.shape)
    return shape[at]


def _check_quantisation(ctx, op, x, y):
    if op.code == _PACK or not (x.scales() or y.scales()):
        return
    same = x.scale_bits() == y.scale_bits() and x.zero_point() == y.zero_point()
    ctx.check(
        op,
        same,
        "input %d has another scale or zero point than the output: wanted the same",
        x.index,
    )
