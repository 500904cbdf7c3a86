"""Writes and reads `.mpy` files that hold functions of viper kind.

The format is that of MicroPython 1.23 and later (version 6, sub-version 3; `py/persistentcode.c`,
`tools/mpy-tool.py`). Machine code of a viper function is called with (function object, number of
arguments, number of keywords, pointer to the arguments) and returns an object.
"""

from dataclasses import dataclass, field

VERSION, SUB_VERSION, SMALL_INT_BITS = 6, 3, 31
#: Native architectures by MicroPython's number.
ARCHITECTURES = {"x86": 1, "xtensa": 9, "xtensawin": 10}

_BYTECODE, _NATIVE, _VIPER, _ASM = 2, 3, 4, 5
_MODULE_QSTR = 7  # "<module>" among the names that the firmware knows by number
_MAKE_FUNCTION, _STORE_NAME, _LOAD_NONE, _RETURN = 0x32, 0x16, 0x51, 0x63
_LOAD_INTEGER = 0x22
_TWO_STATES = 0x08  # prelude: two slots on the stack, no arguments
_NAME_ONLY = 0x02  # prelude: one byte of information, the name


@dataclass
class RawCode:
    """A function as it is stored: its kind, its bytes and what is nested in it."""

    kind: int
    code: bytes
    children: list["RawCode"] = field(default_factory=list)
    scope_flags: int = 0


@dataclass
class File:
    """What a `.mpy` file holds; a name that the firmware knows is given by its number."""

    architecture: int
    names: list[str | int]
    objects: list[bytes]
    module: RawCode


def _number(value: int) -> bytes:
    """An unsigned integer in groups of seven bits, most significant first."""
    groups = [value & 127]
    while value := value >> 7:
        groups.append(value & 127 | 128)
    return bytes(reversed(groups))


def _signed(value: int) -> bytes:
    """A non-negative integer for bytecode, where bit 6 of the first group is the sign."""
    data = _number(value)
    return b"\x80" + data if data[0] & 64 else data


def _name(name: str | int) -> bytes:
    if isinstance(name, int):
        return _number(name << 1 | 1)
    data = name.encode()
    return _number(len(data) << 1) + data + b"\0"


def _raw_code(raw: RawCode) -> bytes:
    nested = 4 if raw.children else 0
    data = _number(len(raw.code) << 3 | nested | raw.kind - _BYTECODE) + raw.code
    if raw.kind == _VIPER:
        data += _number(raw.scope_flags)
    if raw.children:
        data += _number(len(raw.children)) + b"".join(map(_raw_code, raw.children))
    return data


def write(
    source: str,
    functions: dict[str, bytes],
    constants: dict[str, int] | None = None,
    architecture: str = "xtensawin",
) -> bytes:
    """A module that offers machine code as functions.

    Args:
        source: the file name that the module reports.
        functions: name -> machine code.
        constants: name -> integer from 0 to 2**30 - 1.
        architecture: a key of `ARCHITECTURES`.
    """
    names: list[str | int] = [source, _MODULE_QSTR, *functions, *(constants or {})]
    code = bytes([_TWO_STATES, _NAME_ONLY, 1])
    for index in range(len(functions)):
        code += bytes([_MAKE_FUNCTION]) + _number(index) + bytes([_STORE_NAME]) + _number(index + 2)
    for index, value in enumerate((constants or {}).values(), len(functions) + 2):
        code += bytes([_LOAD_INTEGER]) + _signed(value) + bytes([_STORE_NAME]) + _number(index)
    code += bytes([_LOAD_NONE, _RETURN])
    children = [RawCode(_VIPER, data) for data in functions.values()]
    header = bytes([ord("M"), VERSION, ARCHITECTURES[architecture] << 2 | SUB_VERSION])
    data = header + bytes([SMALL_INT_BITS]) + _number(len(names)) + _number(0)
    return data + b"".join(map(_name, names)) + _raw_code(RawCode(_BYTECODE, code, children))


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        self.at += count
        if self.at > len(self.data):
            raise ValueError(f"the file ends at byte {len(self.data)}, wanted {self.at}")
        return self.data[self.at - count : self.at]

    def number(self) -> int:
        value, byte = 0, 128
        while byte & 128:
            byte = self.take(1)[0]
            value = value << 7 | byte & 127
        return value

    def name(self) -> str | int:
        size = self.number()
        return size >> 1 if size & 1 else self.take((size >> 1) + 1)[:-1].decode()

    def object(self) -> bytes:
        kind = self.take(1)
        if kind[0] > 4:
            raise ValueError(f"object of type {kind[0]}: wanted one without nested objects")
        return kind

    def raw_code(self) -> RawCode:
        size = self.number()
        kind = (size & 3) + _BYTECODE
        raw = RawCode(kind, self.take(size >> 3))
        if kind == _VIPER:
            raw.scope_flags = self.number()
        elif kind != _BYTECODE:
            raise ValueError(f"code of kind {kind}: wanted bytecode or viper")
        if size & 4:
            raw.children = [self.raw_code() for _ in range(self.number())]
        return raw


def read(data: bytes) -> File:
    """Parses a file whose functions are bytecode or of viper kind.

    Raises:
        ValueError: another format, or a part that this reader does not know.
    """
    reader = _Reader(data)
    magic, version, features, bits = reader.take(4)
    found = (magic, version, features & 3, bits)
    if found != (ord("M"), VERSION, SUB_VERSION, SMALL_INT_BITS):
        raise ValueError(f"header {found}: wanted version {VERSION}.{SUB_VERSION}")
    names, objects = reader.number(), reader.number()
    table = [reader.name() for _ in range(names)]
    constants = [reader.object() for _ in range(objects)]
    return File(features >> 2, table, constants, reader.raw_code())


def functions(data: bytes) -> dict[str, bytes]:
    """The machine code of a file that `write` made, by name."""
    file = read(data)
    names = [str(name) for name in file.names[2:]]
    return dict(zip(names, (child.code for child in file.module.children), strict=False))
