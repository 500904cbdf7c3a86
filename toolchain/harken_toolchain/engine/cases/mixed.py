"""Cases of random graphs: what the planner, sharing of places and lifetimes have to get right.

Tensors are int8 with four dimensions; each turn adds an operator on tensors drawn from all that
exist, so that values are read late, twice, or never, and some in the middle are outputs.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from harken_toolchain.engine.builder import ModelBuilder
from harken_toolchain.engine.cases import Case, case
from harken_toolchain.engine.draw import Draw

_SAMPLES = 3
_LARGEST = 400


class _Graph:
    """A model under construction and the tensors that later operators may read."""

    def __init__(self, draw: Draw):
        self.draw = draw
        self.model = ModelBuilder()
        self.free: list[int] = []
        self.params: dict[int, dict[str, Any]] = {}
        self.names: list[str] = []

    def tensor(self, shape: list[int], like: int | None = None, **more: Any) -> int:
        """A new tensor, quantised as another one or at random, not too far from the others."""
        quantised = (
            self.params[like] if like is not None else self.draw.quantisation("int8", -5, -3)
        )
        made = self.model.tensor(shape, "int8", **quantised, **more)
        self.params[made] = quantised
        return made

    def op(
        self, name: str, inputs: list[int], outputs: list[int], *rest: Any, **fields: Any
    ) -> None:
        self.model.op(name, inputs, outputs, *rest, **fields)
        self.names.append(name)
        self.free += outputs

    def pick(self) -> int:
        return self.draw.choice(self.free)

    def shape(self, tensor: int) -> list[int]:
        return list(self.model.shape(tensor))


def _unary(graph: _Graph) -> None:
    x = graph.pick()
    name = graph.draw.choice(["RELU", "QUANTIZE", "LEAKY_RELU"])
    options: tuple = ("LeakyRelu",) if name == "LEAKY_RELU" else ()
    fields = {"alpha": 0.25} if options else {}
    graph.op(name, [x], [graph.tensor(graph.shape(x))], *options, **fields)


def _curve(graph: _Graph) -> None:
    x = graph.pick()
    y = graph.model.tensor(graph.shape(x), "int8", scale=1 / 256, zero_point=-128)
    graph.params[y] = {"scale": 1 / 256, "zero_point": -128}
    graph.op("LOGISTIC", [x], [y])


def _binary(graph: _Graph) -> None:
    """Of two tensors of one shape, of one with itself, or with a constant that is broadcast."""
    x = graph.pick()
    shape = graph.shape(x)
    same = [other for other in graph.free if graph.shape(other) == shape]
    w = graph.draw.choice(same)
    if graph.draw.flag():
        small = graph.draw.broadcast(shape)
        w = graph.tensor(small, data=graph.draw.array(small))
    name = graph.draw.choice(["ADD", "SUB", "MUL"])
    pair = [x, w] if graph.draw.flag() else [w, x]
    activation = graph.draw.integer(0, 3)
    graph.op(name, pair, [graph.tensor(shape)], name.title(), fusedActivationFunction=activation)


def _maximum(graph: _Graph) -> None:
    x = graph.pick()
    alike = [
        other
        for other in graph.free
        if graph.shape(other) == graph.shape(x) and graph.params[other] == graph.params[x]
    ]
    y = graph.tensor(graph.shape(x), like=x)
    graph.op(graph.draw.choice(["MAXIMUM", "MINIMUM"]), [x, graph.draw.choice(alike)], [y])


def _reshape(graph: _Graph) -> None:
    x = graph.pick()
    shape = graph.shape(x)
    target = [shape[i] for i in graph.draw.order(4)]
    y = graph.tensor(target, like=x)
    graph.op("RESHAPE", [x, graph.model.constant(target)], [y], "Reshape", newShape=target)


def _transpose(graph: _Graph) -> None:
    x, order = graph.pick(), graph.draw.order(4)
    y = graph.tensor([graph.shape(x)[i] for i in order], like=x)
    graph.op("TRANSPOSE", [x, graph.model.constant(order)], [y], "Transpose")


def _concatenation(graph: _Graph) -> None:
    x, axis = graph.pick(), graph.draw.integer(0, 3)
    shape = graph.shape(x)
    shape[axis] *= 2
    if np.prod(shape) > _LARGEST:
        return
    graph.op("CONCATENATION", [x, x], [graph.tensor(shape, like=x)], "Concatenation", axis=axis)


def _split(graph: _Graph) -> None:
    x, axis = graph.pick(), graph.draw.integer(0, 3)
    shape = graph.shape(x)
    count = 2 if shape[axis] % 2 == 0 else 1
    shape[axis] //= count
    parts = [graph.tensor(shape, like=x) for _ in range(count)]
    inputs = [graph.model.constant(np.array(axis)), x]
    graph.op("SPLIT", inputs, parts, "Split", numSplits=count)


def _mean(graph: _Graph) -> None:
    x, axis = graph.pick(), graph.draw.integer(0, 3)
    shape = graph.shape(x)
    shape[axis] = 1
    y = graph.tensor(shape)
    graph.op("MEAN", [x, graph.model.constant([axis])], [y], "Reducer", keepDims=True)


def _dense(graph: _Graph) -> None:
    x = graph.pick()
    *front, depth = graph.shape(x)
    outputs = graph.draw.integer(1, 6)
    if np.prod(front) * outputs > _LARGEST:
        return
    data = graph.draw.array([outputs, depth])
    w = graph.model.tensor([outputs, depth], "int8", scale=graph.draw.scale(-9, -7), data=data)
    y = graph.tensor([*front, outputs])
    graph.op("FULLY_CONNECTED", [x, w, -1], [y], "FullyConnected", keepNumDims=True)


def _softmax(graph: _Graph) -> None:
    x = graph.pick()
    y = graph.model.tensor(graph.shape(x), "int8", scale=1 / 256, zero_point=-128)
    graph.params[y] = {"scale": 1 / 256, "zero_point": -128}
    graph.op("SOFTMAX", [x], [y], "Softmax", beta=1.0)


_TURNS: list[Callable[[_Graph], None]] = [
    _unary,
    _curve,
    _binary,
    _binary,
    _maximum,
    _reshape,
    _transpose,
    _concatenation,
    _split,
    _mean,
    _dense,
    _softmax,
]


@case("MIXED")
def mixed(draw: Draw, op: str) -> Case:
    graph = _Graph(draw)
    inputs = []
    for _ in range(draw.integer(1, 3)):
        shape = [1, draw.integer(1, 4), draw.integer(1, 6), draw.integer(1, 6)]
        inputs.append(graph.tensor(shape))
    graph.free += inputs
    for _ in range(draw.integer(2, 12)):
        draw.choice(_TURNS)(graph)
    made = [tensor for tensor in graph.free if tensor not in inputs]
    if not made:  # every turn was too large
        _unary(graph)
        made = graph.free[-1:]
    outputs = sorted({made[-1], draw.choice(made), draw.choice(made)})
    samples = [[draw.array(graph.shape(one)) for one in inputs] for _ in range(_SAMPLES)]
    return Case(op, graph.model.build(inputs, outputs), samples, " ".join(graph.names))
