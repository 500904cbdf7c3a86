"""VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE and CALL_ONCE: state between invocations.

A variable starts at the zero point of what is assigned to it, or at what CALL_ONCE assigns.
"""

from .. import shapes
from ..compat import const

_VAR_HANDLE, _READ, _ASSIGN, _CALL_ONCE = const(142), const(143), const(144), const(129)


class _Variable:
    """Its bytes, once their number is known, and whether anything assigns them."""

    def __init__(self):
        self.assigned = False
        self.data = None


class _Once:
    """Runs steps at the first invocation, and again when the interpreter's variables are reset."""

    def __init__(self, ctx, steps):
        self._steps = steps
        self._done = bytearray(1)
        ctx.reset_variables.append((self._done, 0, 1, 0))

    def run(self, p, x, w, y, s):
        if self._done[0]:
            return
        self._done[0] = 1
        for f, p, x, w, y, s in self._steps:
            f(p, x, w, y, s)


def plan(ctx, op):
    if op.code == _CALL_ONCE:
        ctx.call(_subgraph(op))
    elif op.code == _VAR_HANDLE:
        options = op.options(111)
        name = options.text(0), options.text(1)
        variable = ctx.shared.setdefault(name, _Variable())
        ctx.shared[(op.subgraph.index, op.outputs[0] if op.outputs else -1)] = variable
    elif op.code == _ASSIGN:
        _variable(ctx, op).assigned = True


def _subgraph(op):
    return op.options(103).get(0)


def _variable(ctx, op):
    handle = ctx.need(op, 0)
    ctx.check(op, handle.count == 1, "handle of shape %s: wanted one element", handle.shape)
    variable = ctx.shared.get((op.subgraph.index, handle.index))
    ctx.check(op, variable is not None, "tensor %d: wanted the handle of a variable", handle.index)
    return variable


def _sized(ctx, op, variable, tensor):
    """The variable's bytes, as many as the tensor has."""
    if variable.data is None:
        ctx.check(
            op, tensor.size <= 16384, "a variable of %d bytes: wanted at most 16384", tensor.size
        )
        variable.data = bytearray(tensor.size)
    ctx.check(
        op,
        len(variable.data) == tensor.size,
        "%d bytes: the variable has %d",
        tensor.size,
        len(variable.data),
    )
    return variable.data


def prepare(ctx, op):
    if op.code == _VAR_HANDLE:
        ctx.check(
            op, ctx.output(op, 0).name == "resource", "output of another type: wanted a resource"
        )
        return None
    if op.code == _CALL_ONCE:
        return _Once(ctx, ctx.called(_subgraph(op))).run, None, None, None, None, None
    variable = _variable(ctx, op)
    if op.code == _READ:
        y = ctx.output(op, 0)
        ctx.check(op, variable.assigned, "a variable that nothing is assigned to")
        b, to = ctx.place(op, y)
        data = _sized(ctx, op, variable, y)
        return ctx.kernel("move", "copy"), shapes.numbers((y.size, 0, to)), data, None, b, None
    x = ctx.need(op, 1)
    data = _sized(ctx, op, variable, x)
    ctx.reset_variables.append((data, 0, len(data), x.zero_point() & 255 if x.scales() else 0))
    a, at = ctx.place(op, x)
    return ctx.kernel("move", "copy"), shapes.numbers((x.size, at, 0)), a, None, data, None
