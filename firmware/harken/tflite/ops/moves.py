"""Steps that move bytes; the frame of all ops that compute nothing."""

from .. import shapes


def strided(ctx, op, source, target, levels, run, fill=None):
    """The step that copies runs of `run` bytes along levels [count, source's step, target's step].

    `source` and `target` are (buffer, offset). `fill` is (bytes, offset, width, value): that part
    of the target is filled before.
    """
    levels = shapes.merged(levels)
    if levels and levels[-1][1] == run and levels[-1][2] == run:
        run *= levels.pop()[0]
    inner = levels.pop() if levels else [1, run, run]
    p = [12, len(levels), source[1], target[1]] + inner + [run] + list(fill or (0, 0, 1, 0))
    kernel = ctx.kernel("strided", "filled" if fill else "copy")
    return kernel, shapes.numbers(p + shapes.odometer(levels)), source[0], None, target[0], None


def several(ctx, steps):
    """One step that runs several; None for none."""
    steps = tuple([s for s in steps if s is not None])
    if not steps:
        return None
    return (
        steps[0] if len(steps) == 1 else (ctx.kernel("each", "each"), steps, None, None, None, None)
    )


def same(ctx, op, *tensors):
    """Checks that all tensors have one type."""
    for tensor in tensors:
        ctx.check(
            op,
            tensor.type == tensors[0].type,
            "types %s and %s: wanted the same",
            tensors[0].name,
            tensor.name,
        )
