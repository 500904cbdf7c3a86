"""Frame of the elementwise ops of two tensors: checks, broadcast, the head of the parameters.

Parameters p of their kernels, an array of int32; `first` is the length of head and own parameters:

    0 index of the outer levels in p   1 how many   2, 3, 4 offsets of x, w, y
    5 elements of the inner loop   6, 7 its steps in x and w   8 ... the op's own

An outer level is four numbers: count, step of x, step of w, a counter that the kernel keeps at 0.
"""

from .. import shapes


def plan(ctx, op):
    """Lets the output take the place of an input of its size."""
    y = ctx.output(op, 0)
    for n in (0, 1):
        x = ctx.input(op, n)
        if x is not None and not x.data and not x.variable and x.size == y.size:
            ctx.share(op, n)
            return


def tensors(ctx, op, types):
    """The two inputs and the output, checked to be of one type out of `types`."""
    x, w, y = ctx.need(op, 0), ctx.need(op, 1), ctx.output(op, 0)
    ctx.check(
        op, x.name == w.name == y.name, "types %s, %s, %s: wanted the same", x.name, w.name, y.name
    )
    ctx.check(op, x.name in types, "type %s: wanted one of %s", x.name, types)
    return x, w, y


def step(ctx, op, kernel, x, w, y, own):
    """The step that runs `kernel` with its own parameters behind the common head."""
    ctx.spend(op, y.count)
    if not y.count:
        return None
    levels = shapes.broadcast(ctx, op, x, w, y, x.width) or [[1, x.width, x.width]]
    inner, outer = levels[-1], levels[:-1]
    (a, a_at), (b, b_at), (c, c_at) = ctx.place(op, x), ctx.place(op, w), ctx.place(op, y)
    head = [8 + len(own), len(outer), a_at, b_at, c_at] + inner
    return kernel, shapes.numbers(head + own + shapes.odometer(outer)), a, b, c, None
