"""BATCH_MATMUL on int8, with broadcast batch dimensions and either side transposed."""

from array import array

from .. import channels

_OPTIONS = 101
#: Columns that a kernel accumulates at once.
CHUNK = 32


def plan(ctx, op):
    columns, depth = _shape(ctx, op)[3:5]
    ctx.scratch(op, ctx.kernel("matmul", "scratch")(columns, depth))


def _shape(ctx, op):
    """Tensors x and w, (transposed x, transposed w), columns of y, depth, rows of y."""
    x, w = ctx.need(op, 0), ctx.need(op, 1)
    for t in (x, w):
        ctx.check(
            op, 2 <= len(t.shape) <= 5 and t.count, "shape %s: wanted 2 to 5 dimensions", t.shape
        )
    o = op.options(_OPTIONS)
    turned = bool(o.get(0, "b")), bool(o.get(1, "b"))
    rows, depth = x.shape[-2:]
    inner, columns = w.shape[-2:]
    if turned[0]:
        rows, depth = depth, rows
    if turned[1]:
        inner, columns = columns, inner
    ctx.check(op, depth == inner, "inner dimensions %d and %d: wanted the same", depth, inner)
    return x, w, turned, columns, depth, rows


def _offsets(ctx, op, x, w, y):
    """Pairs of offsets of x and w, one for each batch of y."""
    rank = max(len(x.shape), len(w.shape))
    a = (1,) * (rank - len(x.shape)) + x.shape
    b = (1,) * (rank - len(w.shape)) + w.shape
    pairs = [(0, 0)]
    for i in range(rank - 2):
        n = max(a[i], b[i])
        ctx.check(
            op, a[i] in (1, n) and b[i] in (1, n), "shapes %s, %s do not fit", x.shape, w.shape
        )
        step = 0 if a[i] == 1 else 1, 0 if b[i] == 1 else 1
        pairs = [
            (u * a[i] + step[0] * k, v * b[i] + step[1] * k) for u, v in pairs for k in range(n)
        ]
    size = a[-1] * a[-2], b[-1] * b[-2]
    return [(u * size[0], v * size[1]) for u, v in pairs]


def prepare(ctx, op):
    x, w, turned, columns, depth, rows = _shape(ctx, op)
    y = ctx.output(op, 0)
    channels.types(ctx, op, x, w, y)
    # The reference computes the output's size from its own; a lying shape would move it.
    batches = y.count // (rows * columns)
    ctx.check(op, y.count == batches * rows * columns and y.count, "output of shape %s", y.shape)
    ctx.check(op, batches <= x.count * w.count, "output of shape %s", y.shape)
    pairs = _offsets(ctx, op, x, w, y)
    ctx.check(op, len(pairs) == batches, "output of shape %s: wanted %d", y.shape, len(pairs))
    ctx.check(op, y.shape[-2:] == (rows, columns), "output of shape %s", y.shape)
    ctx.spend(op, y.count * depth)
    x_steps = (1, rows) if turned[0] else (depth, 1)
    w_steps = (1, depth) if turned[1] else (columns, 1)
    extra = (rows,) + x_steps + w_steps
    p = channels.parameters(ctx, op, x, w, None, y, min(columns, CHUNK), 0, 0, extra + (0,))
    p[23] = len(p)
    for pair in pairs:
        p.extend(array("i", pair))
    (a, p[3]), (b, p[4]), (c, p[5]) = ctx.place(op, x), ctx.place(op, w), ctx.place(op, y)
    s, p[17] = ctx.scratch_at(op)
    p[2], p[6], p[7], p[9] = depth, batches, columns, -w.zero_point()
    return ctx.kernel("matmul", "matmul"), p, a, b, c, s
