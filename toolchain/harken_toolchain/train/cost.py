"""What a model costs: bytes, multiply-accumulates, bytes of arena, ops."""

from collections import Counter
from typing import Any

from pydantic import BaseModel

from harken_toolchain.engine.builder import schema


class Cost(BaseModel):
    """Sizes of a packed model; `arena` is the device interpreter's."""

    bytes: int
    macs: int
    arena: int
    ops: dict[str, int]


def _op_names() -> dict[int, str]:
    found = vars(schema().BuiltinOperator)
    return {value: name for name, value in found.items() if isinstance(value, int)}


def _size(shape: Any) -> int:
    total = 1
    for part in shape:
        total *= int(part)
    return total


def _macs(name: str, shapes: list[Any], out: Any) -> int:
    """Multiply-accumulates of one operator from its shapes (None for an absent input)."""
    if name == "FULLY_CONNECTED":
        return _size(out) * int(shapes[1][-1])
    if name == "BATCH_MATMUL":
        return _size(out) * int(shapes[0][-1])
    if name == "UNIDIRECTIONAL_SEQUENCE_LSTM":
        return int(shapes[0][1]) * sum(_size(shape) for shape in shapes[1:9] if shape is not None)
    if name in ("CONV_2D", "DEPTHWISE_CONV_2D"):
        return _size(out) * _size(shapes[1][1:3]) * (int(shapes[1][3]) if name == "CONV_2D" else 1)
    return 0


def cost(model: bytes) -> Cost:
    """The cost of a packed .tflite."""
    from harken.tflite import Interpreter

    tree = schema().ModelT.InitFromObj(schema().Model.GetRootAs(model, 0))
    graph, names = tree.subgraphs[0], _op_names()
    ops: Counter[str] = Counter()
    macs = 0
    for op in graph.operators:
        code = tree.operatorCodes[op.opcodeIndex]
        name = names[max(code.builtinCode, code.deprecatedBuiltinCode)]
        shapes = [graph.tensors[i].shape if i >= 0 else None for i in op.inputs]
        ops[name] += 1
        macs += _macs(name, shapes, graph.tensors[op.outputs[0]].shape)
    interpreter = Interpreter(model)
    interpreter.allocate_tensors()
    return Cost(bytes=len(model), macs=macs, arena=interpreter.arena, ops=dict(ops))
