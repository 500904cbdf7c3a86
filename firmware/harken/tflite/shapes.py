"""Loops over tensors: how many elements, with which steps in bytes, the fewest levels.

A level is a list [count, step of one tensor, step of the next, ...]; lists of levels go from the
outermost to the innermost. Kernels run the innermost level themselves and count the others like an
odometer, see `odometer`.
"""

from array import array


def product(sizes):
    """The product of some sizes; 1 for none."""
    n = 1
    for size in sizes:
        n *= size
    return n


def axis(ctx, op, value, rank):
    """An axis that may count from the end, as an index below `rank`."""
    ctx.check(op, -rank <= value < rank, "axis %d: wanted one of %d dimensions", value, rank)
    return value + rank if value < 0 else value


def strides(shape, width):
    """The step in bytes of each dimension."""
    found = [width] * len(shape)
    for i in range(len(shape) - 1, 0, -1):
        found[i - 1] = found[i] * shape[i]
    return found


def merged(levels):
    """The levels without those of one element and with neighbours made one where steps allow."""
    found = []
    for level in levels:
        if level[0] == 1:
            continue
        last = found[-1] if found else None
        if last and all([a == b * level[0] for a, b in zip(last[1:], level[1:])]):
            found[-1] = [last[0] * level[0]] + level[1:]
        else:
            found.append(level)
    return found


def odometer(levels):
    """Levels as kernels count them: innermost first, each with a counter behind its steps."""
    flat = []
    for level in levels[::-1]:
        flat += level
        flat.append(0)
    return flat


def broadcast(ctx, op, one, two, out, width):
    """The levels [count, step of one, step of two] of an elementwise op of two tensors."""
    rank = len(out.shape)
    steps = []
    for tensor in (one, two):
        shape = (1,) * (rank - len(tensor.shape)) + tensor.shape
        fits = len(shape) == rank and all([a == b or a == 1 for a, b in zip(shape, out.shape)])
        ctx.check(op, fits, "shape %s: does not broadcast to %s", tensor.shape, out.shape)
        steps.append(
            [0 if a != b else s for a, b, s in zip(shape, out.shape, strides(shape, width))]
        )
    both = [max(a, b) for a, b in zip(_padded(one, rank), _padded(two, rank))]
    ctx.check(
        op,
        tuple(both) == out.shape or 0 in out.shape,
        "output of shape %s: wanted %s",
        out.shape,
        both,
    )
    return merged([list(level) for level in zip(out.shape, steps[0], steps[1])])


def _padded(tensor, rank):
    return (1,) * (rank - len(tensor.shape)) + tensor.shape


def numbers(values):
    """Parameters of a kernel as an array of int32."""
    return array("i", values)
