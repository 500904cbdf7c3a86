"""SLICE and STRIDED_SLICE: a part of each dimension."""

from .. import shapes
from . import moves

_STRIDED = 45


def prepare(ctx, op):
    x, y = ctx.need(op, 0), ctx.output(op, 0)
    moves.same(ctx, op, x, y)
    parts = _strided(ctx, op, x, y) if op.code == _STRIDED else _sizes(ctx, op, x, y)
    ctx.spend(op, y.count)
    if not y.count:
        return None
    source, start = ctx.place(op, x)
    levels = []
    # Shrunk dimensions have one element, so the output's steps are those of the kept ones.
    steps = shapes.strides([n for _, n, _ in parts], x.width)
    for (first, n, step), width, to in zip(parts, shapes.strides(x.shape, x.width), steps):
        start += first * width
        levels.append([n, step * width, to])
    return moves.strided(ctx, op, (source, start), ctx.place(op, y), levels, x.width)


def _vectors(ctx, op, x, count):
    """The constant vectors behind the first input, each with a value for every dimension."""
    found = [ctx.constant(ctx.need(op, 1 + n)) for n in range(count)]
    for values in found:
        ctx.check(
            op,
            len(values) == len(x.shape),
            "%d values: wanted one for %d dimensions",
            len(values),
            len(x.shape),
        )
    return found


def _sizes(ctx, op, x, y):
    """(first, count, step) of each dimension for SLICE."""
    parts = []
    for n, first, size in zip(x.shape, *_vectors(ctx, op, x, 2)):
        size = n - first if size == -1 else size
        ctx.check(
            op,
            0 <= first and 0 <= size and first + size <= n,
            "%d from %d on: wanted inside %d",
            size,
            first,
            n,
        )
        parts.append((first, size, 1))
    wanted = tuple([part[1] for part in parts])
    ctx.check(op, y.shape == wanted, "output of shape %s: wanted %s", y.shape, wanted)
    return parts


def _strided(ctx, op, x, y):
    """(first, count, step) of each dimension for STRIDED_SLICE."""
    options = op.options(32)
    masks = [options.get(k) for k in range(5)]
    ctx.check(
        op,
        not (masks[2] or masks[3] or options.get(5, "b")),
        "ellipsis, new axis or offset: wanted none",
    )
    vectors = _vectors(ctx, op, x, 3)
    parts, wanted = [], []
    for i, n in enumerate(x.shape):
        bit = 1 << i
        first, count, step = _part(
            ctx, op, n, [v[i] for v in vectors], masks[0] & bit, masks[1] & bit, masks[4] & bit
        )
        parts.append((first, count, step))
        if not masks[4] & bit:
            wanted.append(count)
    ctx.check(op, y.shape == tuple(wanted), "output of shape %s: wanted %s", y.shape, wanted)
    return parts


def _part(ctx, op, n, values, from_end, to_end, shrink):
    """(first, count, step) of one dimension of n elements."""
    first, stop, step = values
    # The reference adds steps in 32 bits.
    ctx.check(op, step != 0 and abs(step) < 1 << 24, "step %d", step)
    low, high = (0, n) if step > 0 else (-1, n - 1)
    if from_end:
        first = low if step > 0 else high
    else:
        first = max(low, min(first + n if first < 0 else first, high))
    if shrink:
        ctx.check(op, 0 <= first < n, "element %d: wanted one of %d", first, n)
        ctx.check(op, step > 0, "step %d where a dimension is dropped: wanted above 0", step)
        return first, 1, 1
    if to_end:
        stop = high if step > 0 else low
    else:
        stop = max(low, min(stop + n if stop < 0 else stop, high))
    count = (stop - first + step - (1 if step > 0 else -1)) // step
    return first, max(0, count), step
