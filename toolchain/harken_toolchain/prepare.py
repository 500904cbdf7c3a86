"""Lays a model out on the host, for `harken.tflite.prepared` to take up on a board.

    packed = attach(Path("model.tflite").read_bytes())

The result is still an ordinary .tflite: the layout lies behind the model's own bytes.
"""

import builtins
import contextlib
import functools
import importlib
import struct
import sys
import tempfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from harken.tflite import Interpreter, kernels
from harken.tflite.graph import Model
from harken.tflite.prepared import FOOTER, KINDS, MAGIC

_ALIGN = 16


def attach(model: bytes) -> bytes:
    """The model with its layout behind it.

    Raises:
        harken.tflite.ModelError: the model is damaged or not supported.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.tflite"
        path.write_bytes(model)
        body = _layout(path)
    start = -(-len(model) // _ALIGN) * _ALIGN
    footer = struct.pack(FOOTER, MAGIC, start, len(body), zlib.crc32(body))
    return model.ljust(start, b"\0") + body + footer


def _layout(path: Path) -> bytes:
    """The encoded layout of the model in a file: so that its weights are read in tiles."""
    names: dict[int, tuple[str, str]] = {}
    with _watched(names):
        interpreter = Interpreter(str(path), kernels="portable")
        interpreter.allocate_tensors()
    # The board resets variables by itself; an arena of zeros can lie in any buffer that it has.
    for buffer, offset, size, _ in interpreter._variables:
        buffer[offset : offset + size] = bytes(size)
    try:
        layout = {
            "steps": interpreter._steps,
            "variables": interpreter._variables,
            "places": interpreter._places,
            "arena": interpreter.arena,
            "blocks": interpreter.blocks,
            "inputs": interpreter.get_input_details(),
            "outputs": interpreter.get_output_details(),
            "metadata": _metadata(interpreter),
        }
        return _Writer(names, interpreter._source).encoded(layout)
    finally:
        interpreter.close()


@contextlib.contextmanager
def _watched(names: dict[int, tuple[str, str]]) -> Iterator[None]:
    """Notes under which family and name each kernel is asked for."""
    find = kernels.find

    def noting(chosen: str, family: str, name: str) -> Any:
        if name == "scratch":  # the board's kernels want more than portable ones
            return _viper(family).scratch
        found = find(chosen, family, name)
        names[id(found)] = (family, name)
        return found

    kernels.find = noting
    try:
        yield
    finally:
        kernels.find = find


@functools.cache
def _viper(family: str) -> ModuleType:
    """A family of viper kernels, imported as plain Python: for its functions without decorator."""
    package = f"{kernels.__name__}.viper"
    stub = ModuleType("micropython")
    stub.viper = stub.native = lambda function: function  # type: ignore[attr-defined]
    here = ModuleType(package)
    here.__path__ = [str(Path(kernels.__path__[0]) / "viper")]
    pointers = {name: int for name in ("ptr", "ptr8", "ptr16", "ptr32")}
    before = dict(sys.modules)
    sys.modules |= {"micropython": stub, package: here}
    vars(builtins).update(pointers)
    try:
        return importlib.import_module(f"{package}.{family}")
    finally:
        for name in set(sys.modules) - set(before):
            if name == "micropython" or name.startswith(package):
                del sys.modules[name]
        for name in pointers:
            del vars(builtins)[name]


def _metadata(interpreter: Interpreter) -> dict[str, tuple[int, int]]:
    """The place of every metadata buffer by name."""
    model = Model(interpreter._source)
    return {name: model.metadata_place(name) for name in model.metadata_names()}


class _Writer:
    """Encodes a layout; the counterpart of `_Reader` in `harken.tflite.prepared`."""

    def __init__(self, names: dict[int, tuple[str, str]], source: Any):
        self._names = names
        self._source = source
        self._known: dict[int, int] = {}
        self._kept: list[Any] = []

    def encoded(self, value: Any) -> bytes:
        if id(value) in self._known:
            return self._kind("again") + _number(self._known[id(value)])
        if value is self._source:
            return self._kind("source")
        if id(value) in self._names:
            return self._kind("kernel") + b"".join(map(_text, self._names[id(value)]))
        kind = type(value).__name__
        if kind not in _ENCODERS:
            raise TypeError(f"a layout holds no {kind}")
        return _ENCODERS[kind](self, value)

    def _kind(self, name: str) -> bytes:
        return bytes([KINDS.index(name)])

    def _remember(self, value: Any) -> None:
        self._known[id(value)] = len(self._known)
        self._kept.append(value)

    def none(self, value: None) -> bytes:
        return self._kind("none")

    def int(self, value: int) -> bytes:
        return self._kind("int") + _number(value)

    def float(self, value: float) -> bytes:
        return self._kind("float") + struct.pack("<d", value)

    def text(self, value: str) -> bytes:
        return self._kind("text") + _text(value)

    def tuple(self, value: tuple | list) -> bytes:
        return self._kind("tuple") + _number(len(value)) + b"".join(map(self.encoded, value))

    def dict(self, value: dict) -> bytes:
        pairs = b"".join(self.encoded(key) + self.encoded(item) for key, item in value.items())
        return self._kind("dict") + _number(len(value)) + pairs

    def array(self, value: array) -> bytes:
        self._remember(value)
        content = value.tobytes()
        return self._kind("array") + value.typecode.encode() + _number(len(content)) + content

    def buffer(self, value: bytes | bytearray) -> bytes:
        self._remember(value)
        if any(value):
            return self._kind("content") + _number(len(value)) + bytes(value)
        return self._kind("buffer") + _number(len(value))

    def view(self, value: memoryview) -> bytes:
        base: Any = value.obj
        whole, part = np.frombuffer(base, np.uint8), np.frombuffer(value, np.uint8)
        offset = part.ctypes.data - whole.ctypes.data
        return self._kind("view") + self.encoded(value.obj) + _number(offset) + _number(len(value))

    def method(self, value: Any) -> bytes:
        runner = value.__self__
        module = type(runner).__module__.removeprefix("harken.tflite.")
        self._remember(runner)
        names = _text(module) + _text(type(runner).__name__) + _text(value.__name__)
        attributes = b"".join(_text(key) + self.encoded(item) for key, item in vars(runner).items())
        return self._kind("method") + names + _number(len(vars(runner))) + attributes


_ENCODERS: dict[str, Callable[[_Writer, Any], bytes]] = {
    "NoneType": _Writer.none,
    "bool": _Writer.int,
    "int": _Writer.int,
    "float": _Writer.float,
    "str": _Writer.text,
    "tuple": _Writer.tuple,
    "list": _Writer.tuple,
    "dict": _Writer.dict,
    "array": _Writer.array,
    "bytes": _Writer.buffer,
    "bytearray": _Writer.buffer,
    "memoryview": _Writer.view,
    "method": _Writer.method,
}


def _number(value: int) -> bytes:
    """A zigzag varint."""
    value = value << 1 if value >= 0 else ((-value - 1) << 1) | 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _text(value: str) -> bytes:
    return _number(len(value.encode())) + value.encode()
