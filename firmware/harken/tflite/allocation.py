"""What `Interpreter` does once: reading the graph, laying out the arena, preparing the operators.

None of it is needed while the model runs; `unload` in the package gives its memory back.
"""

from .compat import free_heap
from .context import Context
from .errors import ModelError
from .graph import Model
from .planner import place


class Plan:
    """The result: `steps`, `variables`, `places` of tensors, `arena`, `blocks`, `work`."""


def allocate(source, kernels, limits, preserve):
    """Prepares the model in `source`; `limits` are those of `Interpreter`, in its order."""
    arena_block, arena_limit, tile_limit, work_limit = limits
    model = Model(source)
    graph = model.subgraph(0)
    ctx = Context(model, kernels, work_limit, tile_limit, preserve)
    ctx.scan(graph)
    sizes = place(ctx.lifetimes.resolve(model), arena_block)
    limit = min(arena_limit, free_heap())
    if sum(sizes) > limit:
        raise ModelError("arena of %d bytes: wanted at most %d" % (sum(sizes), limit))
    ctx.allocate(sizes)
    plan = Plan()
    plan.steps = ctx.steps(graph)
    plan.variables = ctx.variables()
    plan.places = {}
    for i in range(graph.tensors) if preserve else graph.inputs + graph.outputs:
        tensor = graph.tensor(i)
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
