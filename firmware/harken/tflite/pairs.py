"""Pairs of operators that run as one: GATHER and the SUM over the rows it fetched.

A bag of embeddings gathers [.., K, d] rows only to add them up to [.., d]. Run together, the rows
of one sum lie in the scratch at a time, so the arena need not hold all of them.
"""

from .errors import ModelError

_GATHER, _SUM = 36, 74


def find(ctx, subgraph, preserve):
    """The indices of the GATHER operators that run with the SUM behind them, as a set."""
    if preserve:
        return set()
    found = [i for i in range(subgraph.operators - 1) if _pair(ctx, subgraph, i)]
    return {i for i in found if _private(subgraph, i)}


def _pair(ctx, subgraph, i):
    if subgraph.code(i) != _GATHER or subgraph.code(i + 1) != _SUM:
        return False
    gather, total = subgraph.operator(i), subgraph.operator(i + 1)
    try:
        return _fits(ctx, subgraph, gather, total)
    except (ModelError, IndexError):
        return False  # what is wrong shows when each is prepared on its own


def _fits(ctx, subgraph, gather, total):
    """int8 rows of a constant table along axis 0, added up along the last but one dimension."""
    rows = subgraph.tensor(gather.outputs[0])
    table, numbers = subgraph.tensor(gather.inputs[0]), subgraph.tensor(gather.inputs[1])
    axis = subgraph.tensor(total.inputs[1])
    options = gather.options(23)
    return (
        total.inputs[0] == rows.index
        and table.name == rows.name == "int8"
        and table.data
        and len(table.shape) == 2
        and not numbers.data
        and len(numbers.shape) >= 2
        and rows.shape == numbers.shape + table.shape[1:]
        and rows.count
        and options.get(0) in (0, -2)
        and not options.get(1)
        and axis.data
        and axis.name == "int32"
        and axis.count == 1
        and ctx.constant(axis)[0] in (len(rows.shape) - 2, -2)
    )


def _private(subgraph, i):
    """Whether nothing but the SUM reads what the GATHER gives."""
    rows = subgraph.operator(i).outputs[0]
    others = [subgraph.operator(k) for k in range(subgraph.operators) if k != i + 1]
    return rows not in subgraph.outputs and not any([rows in op.inputs for op in others])
