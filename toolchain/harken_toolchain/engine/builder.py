"""Builds .tflite files from single ops, without TensorFlow.

    model = ModelBuilder()
    a = model.tensor([1, 4], "int8", scale=0.5, zero_point=3)
    b = model.tensor([1, 4], "int8", scale=0.25)
    model.op("RELU", [a], [b])
    data = model.build([a], [b])

The files are written with the schema objects that the tflite-micro package brings, so the
reader under test and this writer share no code.
"""

from collections.abc import Sequence
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from harken_toolchain.engine.dtypes import NUMPY, SCHEMA

FILE_IDENTIFIER = b"TFL3"
_VERSION = 3


@cache
def schema() -> ModuleType:
    """The generated schema module of the tflite-micro package."""
    from tflite_micro.tensorflow.lite.micro.python import schema_py_generated

    return schema_py_generated


class SubgraphBuilder:
    """One subgraph under construction; made by `ModelBuilder`."""

    def __init__(self, model: "ModelBuilder", name: str):
        self._model = model
        self._graph = schema().SubGraphT()
        self._graph.name = name
        self._graph.tensors, self._graph.operators = [], []
        self._graph.inputs, self._graph.outputs = [], []

    def tensor(
        self,
        shape: Sequence[int],
        dtype: str = "int8",
        scale: float | Sequence[float] | None = None,
        zero_point: int | Sequence[int] = 0,
        data: np.ndarray | Sequence | None = None,
        axis: int = 0,
        variable: bool = False,
        name: str = "",
    ) -> int:
        """Adds a tensor and returns its index.

        Args:
            shape: its dimensions; empty for a scalar.
            dtype: a numpy name ("int8"), or "resource" for a variable's handle.
            scale: one number, or one for each channel of `axis`; None for no quantisation.
            zero_point: as `scale`.
            data: makes it a constant; any array-like with the right number of elements.
            axis: the quantised dimension where `scale` is a sequence.
            variable: a tensor that keeps its value from one `invoke()` to the next.
            name: for error messages; a running number by default.
        """
        made = schema().TensorT()
        made.shape = [int(size) for size in shape]
        made.type = _type_code(dtype)
        made.name = name or f"t{len(self._graph.tensors)}"
        made.isVariable = variable
        made.buffer = self._model.buffer(_to_bytes(data, dtype))
        if scale is not None:
            made.quantization = _quantization(scale, zero_point, axis)
        self._graph.tensors.append(made)
        return len(self._graph.tensors) - 1

    def constant(self, values: Any, dtype: str = "int32", **more: Any) -> int:
        """Adds a constant tensor with the shape of `values`."""
        array = np.asarray(values, dtype)
        return self.tensor(array.shape, dtype, data=array, **more)

    def op(
        self,
        name: str,
        inputs: Sequence[int],
        outputs: Sequence[int],
        options: str = "",
        intermediates: Sequence[int] | None = None,
        **fields: Any,
    ) -> None:
        """Adds an operator.

        Args:
            name: its name in `BuiltinOperator`, for example "ADD".
            inputs, outputs: tensor indices; -1 for an optional input left out.
            options: the options table without its suffix, for example "Add" for `AddOptions`.
            intermediates: tensor indices, for LSTM.
            fields: fields of the options table, as the object API spells them.
        """
        made = schema().OperatorT()
        made.opcodeIndex = self._model.opcode(name)
        made.inputs, made.outputs = list(inputs), list(outputs)
        if intermediates is not None:
            made.intermediates = list(intermediates)
        if options:
            made.builtinOptionsType = getattr(schema().BuiltinOptions, options + "Options")
            made.builtinOptions = getattr(schema(), options + "OptionsT")()
            for field, value in fields.items():
                if not hasattr(made.builtinOptions, field):
                    raise AttributeError(f"{options}Options has no field {field}")
                setattr(made.builtinOptions, field, value)
        self._graph.operators.append(made)

    def shape(self, tensor: int) -> list[int]:
        """The dimensions of a tensor added before."""
        return self._graph.tensors[tensor].shape

    def finish(self, inputs: Sequence[int], outputs: Sequence[int]) -> Any:
        """Sets the inputs and outputs of the subgraph and returns its schema object."""
        self._graph.inputs, self._graph.outputs = list(inputs), list(outputs)
        return self._graph


class ModelBuilder(SubgraphBuilder):
    """A model under construction; itself the builder of the main subgraph."""

    def __init__(self, name: str = "main"):
        self._buffers: list[bytes | None] = [None]
        self._opcodes: list[str] = []
        self._others: list[SubgraphBuilder] = []
        self._metadata: list[tuple[str, int]] = []
        super().__init__(self, name)

    def subgraph(self, name: str) -> SubgraphBuilder:
        """Adds a further subgraph; the first added has the index 1."""
        self._others.append(SubgraphBuilder(self, name))
        return self._others[-1]

    def metadata(self, name: str, data: bytes) -> None:
        """Adds a metadata entry, for example `OfflineMemoryAllocation`."""
        self._metadata.append((name, self.buffer(data)))

    def buffer(self, data: bytes | None) -> int:
        """The index of a buffer with `data`; 0, the empty buffer, for None."""
        if data is None:
            return 0
        self._buffers.append(data)
        return len(self._buffers) - 1

    def opcode(self, name: str) -> int:
        """The index of an operator code, added when it is new."""
        if name not in self._opcodes:
            self._opcodes.append(name)
        return self._opcodes.index(name)

    def build(self, inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        """The finished file, with `inputs` and `outputs` of the main subgraph."""
        import flatbuffers

        model = schema().ModelT()
        model.version = _VERSION
        model.description = "harken test model"
        model.operatorCodes = [_operator_code(name) for name in self._opcodes]
        self.finish(inputs, outputs)
        model.subgraphs = [self._graph, *(other._graph for other in self._others)]
        model.buffers = [_buffer(data) for data in self._buffers]
        model.metadata = [_metadata(*entry) for entry in self._metadata]
        writer = flatbuffers.Builder(1024)
        writer.Finish(model.Pack(writer), FILE_IDENTIFIER)
        return bytes(writer.Output())


def _type_code(dtype: str) -> int:
    if dtype == "resource":
        return schema().TensorType.RESOURCE
    return getattr(schema().TensorType, SCHEMA[np.dtype(dtype).name])


def _to_bytes(data: Any, dtype: str) -> bytes | None:
    if data is None:
        return None
    return np.ascontiguousarray(np.asarray(data, NUMPY[SCHEMA[np.dtype(dtype).name]])).tobytes()


def _quantization(scale: Any, zero_point: Any, axis: int) -> Any:
    made = schema().QuantizationParametersT()
    made.scale = [float(value) for value in np.atleast_1d(scale)]
    zeros = np.broadcast_to(np.atleast_1d(zero_point), len(made.scale))
    made.zeroPoint = [int(value) for value in zeros]
    made.quantizedDimension = axis
    return made


def _operator_code(name: str) -> Any:
    made = schema().OperatorCodeT()
    made.builtinCode = getattr(schema().BuiltinOperator, name)
    made.deprecatedBuiltinCode = min(made.builtinCode, 127)
    made.version = 1
    return made


def _buffer(data: bytes | None) -> Any:
    made = schema().BufferT()
    if data is not None:
        made.data = np.frombuffer(data, np.uint8)
    return made


def _metadata(name: str, buffer: int) -> Any:
    made = schema().MetadataT()
    made.name, made.buffer = name, buffer
    return made
