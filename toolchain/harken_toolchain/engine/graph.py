"""Reads a .tflite file for tools on the host: tensors, operators, their work.

The schema objects of the tflite-micro package read the file, not the device interpreter under
test.
"""

from dataclasses import dataclass, field
from math import prod
from typing import Any

from harken_toolchain.engine.builder import FILE_IDENTIFIER, schema
from harken_toolchain.errors import UserError

#: Operators whose weights (input 1) are used once for each output element, at this input axis.
_DENSE = {"FULLY_CONNECTED": -1, "BATCH_MATMUL": -1}


@dataclass(frozen=True)
class Tensor:
    """A tensor: `scale` and `zero_point` are the first of each, `constant` its data's bytes."""

    index: int
    name: str
    dtype: str
    shape: tuple[int, ...]
    scale: float | None
    zero_point: int
    constant: int
    variable: bool

    @property
    def count(self) -> int:
        """Its elements."""
        return prod(self.shape)


@dataclass(frozen=True)
class Op:
    """An operator; `inputs` has None for an optional input left out."""

    index: int
    name: str
    inputs: tuple[Tensor | None, ...]
    outputs: tuple[Tensor, ...]
    options: Any = field(repr=False, compare=False, default=None)

    @property
    def layer(self) -> str:
        """A name for messages: its first output's, or its number where the file has no names."""
        named = self.outputs[0].name if self.outputs else ""
        return named or f"op {self.index}"

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one run."""
        return _macs(self)

    @property
    def elements(self) -> int:
        """Elements of the outputs."""
        return sum(tensor.count for tensor in self.outputs)


@dataclass(frozen=True)
class Graph:
    """The main subgraph."""

    tensors: tuple[Tensor, ...]
    ops: tuple[Op, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one run of the model."""
        return sum(op.macs for op in self.ops)

    def producer(self, tensor: Tensor) -> Op | None:
        """The operator that writes a tensor."""
        return next((op for op in self.ops if tensor in op.outputs), None)


def read(model: bytes, name: str = "the model") -> Graph:
    """The main subgraph of a .tflite file.

    Raises:
        UserError: the file is not a readable .tflite file.
    """
    if model[4:8] != FILE_IDENTIFIER:
        raise UserError(
            f"{name} is no .tflite file: found {model[4:8]!r} at byte 4, wanted {FILE_IDENTIFIER!r}"
        )
    try:
        return _read(tree(model))
    except Exception as error:  # the generated code raises whatever a damaged offset leads to
        raise UserError(f"{name} cannot be read: {type(error).__name__}: {error}") from error


def tree(model: bytes) -> Any:
    """The file as the schema's objects."""
    return schema().ModelT.InitFromObj(schema().Model.GetRootAs(model, 0))


def pack(model: Any) -> bytes:
    """A file from the schema's objects."""
    import flatbuffers

    builder = flatbuffers.Builder(4096)
    builder.Finish(model.Pack(builder), FILE_IDENTIFIER)
    return bytes(builder.Output())


def _names(enum: str) -> dict[int, str]:
    found = vars(getattr(schema(), enum))
    return {value: name for name, value in found.items() if isinstance(value, int)}


def op_name(model: Any, op: Any) -> str:
    """The builtin name of an operator object."""
    code = model.operatorCodes[op.opcodeIndex]
    number = max(code.builtinCode, code.deprecatedBuiltinCode)
    if number == schema().BuiltinOperator.CUSTOM:
        return f"CUSTOM {_text(code.customCode)}"
    return _names("BuiltinOperator").get(number, f"BUILTIN_{number}")


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value or ""


def _read(model: Any) -> Graph:
    graph = model.subgraphs[0]
    kinds = _names("TensorType")
    tensors = tuple(_tensor(model, kinds, i, one) for i, one in enumerate(graph.tensors))

    def pick(indices: Any) -> tuple:
        found = indices if indices is not None else []
        return tuple(tensors[i] if i >= 0 else None for i in found)

    ops = tuple(
        Op(i, op_name(model, op), pick(op.inputs), pick(op.outputs), op.builtinOptions)
        for i, op in enumerate(graph.operators if graph.operators is not None else [])
    )
    return Graph(tensors, ops, pick(graph.inputs), pick(graph.outputs))


def _tensor(model: Any, kinds: dict[int, str], index: int, one: Any) -> Tensor:
    data = model.buffers[one.buffer].data
    quantization = one.quantization
    scales = quantization.scale if quantization is not None else None
    zeros = quantization.zeroPoint if quantization is not None else None
    return Tensor(
        index,
        _text(one.name),
        kinds[one.type].lower(),
        tuple(int(size) for size in (one.shape if one.shape is not None else [])),
        float(scales[0]) if scales is not None and len(scales) else None,
        int(zeros[0]) if zeros is not None and len(zeros) else 0,
        0 if data is None else len(data),
        bool(one.isVariable),
    )


def _macs(op: Op) -> int:
    shapes = [tensor.shape if tensor else () for tensor in op.inputs]
    out = op.outputs[0].count if op.outputs else 0
    if op.name in _DENSE:
        adjoint = op.name == "BATCH_MATMUL" and op.options is not None and op.options.adjX
        return (
            out * shapes[0][-2 if adjoint else -1]
            if op.name != "FULLY_CONNECTED"
            else (out * shapes[1][-1])
        )
    if op.name == "CONV_2D":
        return out * prod(shapes[1][1:])
    if op.name == "DEPTHWISE_CONV_2D":
        return out * prod(shapes[1][1:3])
    if op.name == "TRANSPOSE_CONV":
        return prod(shapes[2]) * prod(shapes[1][:3])
    if op.name == "UNIDIRECTIONAL_SEQUENCE_LSTM":
        steps = prod(shapes[0][:2])
        return steps * sum(prod(shape) for shape in shapes[1:9] if shape)
    if op.name == "SVDF":
        return shapes[0][0] * (prod(shapes[1]) + prod(shapes[2]))
    return 0
