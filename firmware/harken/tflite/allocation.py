"""What `Interpreter` does once: reading the graph, laying out the arena, preparing the operators.

None of it is needed while the model runs; `unload` in the package gives its memory back.
"""

import gc

from .compat import SMALL, const, forget, free_heap, leaf
from .context import Context
from .errors import ModelError, RoomError
from .graph import Model

_PACKAGE = __name__[: __name__.rfind(".") + 1]
_OFFSET = const(4)
# Bytes allocated between two collections.
_THRESHOLD = const(8192)


def place(requests, limit):
    """`planner.place`, whose code is not kept."""
    return leaf(_PACKAGE + "planner").place(requests, limit)


class Plan:
    """The result: `steps`, `variables`, `places` of tensors, `arena`, `blocks`, `work`."""


def _check(sizes, limit):
    limit = min(limit, free_heap())
    if sum(sizes) > limit:
        raise ModelError("arena of %d bytes: wanted at most %d" % (sum(sizes), limit))


def _reserve(ctx, model, limits):
    """Blocks for an arena without scratch, taken before the operators' code parts the free heap."""
    requests = ctx.lifetimes.resolve(model)
    offline = [r[_OFFSET] for r in requests]
    sizes = place(requests, limits[0])
    for r, offset in zip(requests, offline):
        r[_OFFSET] = offset
    _check(sizes, limits[1])
    gc.collect()
    try:
        # Some more, for the operators' scratch memory.
        return [bytearray(max(n, min(n + n // 8 + 256, limits[0]))) for n in sizes]
    except MemoryError:
        return []


def _arena(ctx, model, limits, reserved):
    """Lays out the arena, in smaller blocks where memory is free but not in one piece."""
    requests = ctx.lifetimes.resolve(model)
    offline = [r[_OFFSET] for r in requests]
    limit = limits[0]
    while True:
        sizes = place(requests, limit)
        _check(sizes, limits[1])
        try:
            ctx.allocate(sizes, reserved)
            return sizes
        except MemoryError:
            if limit < 1024:
                raise
        reserved = []
        limit //= 2
        for r, offset in zip(requests, offline):
            r[_OFFSET] = offset


def _given(ctx, model, blocks):
    """Lays out the arena in blocks that were given."""
    sizes = place(ctx.lifetimes.resolve(model), max([len(b) for b in blocks]))
    pairs = zip(sorted(sizes), sorted([len(b) for b in blocks])[-len(sizes) :])
    if len(sizes) > len(blocks) or any([size > room for size, room in pairs]):
        text = "arena of blocks of %s bytes: the blocks that were given have %s"
        raise ModelError(text % (sizes, [len(b) for b in blocks]))
    ctx.allocate(sizes, blocks)
    return sizes


def allocate(source, kernels, limits, arena, tile, preserve):
    """Prepares the model in `source`; the arguments are those of `Interpreter`.

    `limits` are those of a block, of the arena and of the work. On a board garbage is collected
    often meanwhile: otherwise it would lie between what stays and part the free heap for good.
    """
    if not SMALL:
        return _allocate(source, kernels, limits, arena, tile, preserve)
    usual = gc.threshold()
    gc.threshold(_THRESHOLD)
    try:
        return _allocate(source, kernels, limits, arena, tile, preserve)
    except MemoryError as error:
        raise RoomError("the model does not fit: %s, %d bytes free" % (error, free_heap()))
    finally:
        gc.threshold(usual)


def _allocate(source, kernels, limits, arena, tile, preserve):
    model = Model(source)
    graph = model.subgraph(0)
    ctx = Context(model, kernels, limits[2], tile, preserve)
    for i in range(1, model.subgraphs):
        ctx.verify(model.subgraph(i))
    ctx.live(graph)
    reserved = _reserve(ctx, model, limits) if SMALL and not arena else []
    ctx.plan(graph)
    sizes = _given(ctx, model, arena) if arena else _arena(ctx, model, limits, reserved)
    ctx.settle()
    if SMALL:
        forget(_PACKAGE + "lifetimes")
        forget(_PACKAGE + "planner")
    plan = Plan()
    plan.steps = ctx.steps(graph)
    plan.variables = ctx.reset_variables
    plan.places = {}
    for i in range(graph.tensors) if preserve else graph.inputs + graph.outputs:
        tensor = graph.tensor(i)
        if tensor.name == "resource" and not preserve:
            raise ModelError("tensor %d: a handle as input or output of the model" % i)
        buffer, offset = ctx.place_of(graph, tensor)
        plan.places[i] = (buffer, offset, tensor.size, tensor.code, tensor.name)
    plan.arena, plan.blocks, plan.work = sum(sizes), tuple(sizes), tuple(ctx.work)
    return plan


def details(source, outputs):
    """The dicts of `get_input_details` or `get_output_details`."""
    graph = Model(source).subgraph(0)
    return [_details(graph.tensor(i)) for i in (graph.outputs if outputs else graph.inputs)]


def _details(tensor):
    n, zeros = tensor.scales(), tensor.zero_points()
    return {
        "name": tensor.label,
        "index": tensor.index,
        "shape": tensor.shape,
        "dtype": tensor.name,
        "quantization": (tensor.scale(), tensor.zero_point()) if n else (0.0, 0),
        "quantization_parameters": {
            "scales": [tensor.scale(k) for k in range(n)],
            "zero_points": [tensor.zero_point(k) for k in range(zeros)],
            "quantized_dimension": tensor.axis(),
        },
    }
