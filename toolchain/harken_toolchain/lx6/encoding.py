"""Encodes one LX6 instruction from the table in `encodings.toml`."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: The constants that the compare-with-immediate branches can hold (ISA manual, B4CONST, B4CONSTU).
_B4CONST = (-1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256)
_B4CONSTU = (32768, 65536, *_B4CONST[2:])


class EncodingError(ValueError):
    """An operand that the instruction cannot hold."""


@dataclass(frozen=True)
class Operand:
    """Where an operand lies (bit positions, most significant first) and how it is written."""

    bits: tuple[int, ...]
    kind: str


@dataclass(frozen=True)
class Instruction:
    """One row of the table."""

    name: str
    size: int
    fixed: int
    operands: tuple[Operand, ...]


def _scaled(lowest: int, highest: int, step: int) -> Callable[[int], int]:
    def field(value: int) -> int:
        if value % step or not lowest <= value // step <= highest:
            wanted = f"{lowest * step}..{highest * step}"
            raise EncodingError(f"{value} is not in {wanted}" + (f" by {step}" if step > 1 else ""))
        return value // step

    return field


def _listed(values: tuple[int, ...]) -> Callable[[int], int]:
    def field(value: int) -> int:
        if value not in values:
            raise EncodingError(f"{value} is not one of {', '.join(map(str, values))}")
        return values.index(value)

    return field


def _field(kind: str, width: int) -> Callable[[int], int]:
    """The function from an operand's value to its field of `width` bits."""
    top, half = (1 << width) - 1, 1 << (width - 1)
    offset = {"from1": 1, "from7": 7}
    if kind in ("u", "a", "m", "u_x2", "u_x4", "u8_step"):
        return _scaled(0, top, {"u_x2": 2, "u_x4": 4, "u8_step": 8}.get(kind, 1))
    if kind in ("s", "label", "s_x256"):
        return _scaled(-half, half - 1, 256 if kind == "s_x256" else 1)
    if kind in offset:
        first = offset[kind]
        return lambda value: _scaled(first, first + top, 1)(value) - first
    special: dict[str, Callable[[int], int]] = {
        "loop_end": _scaled(0, top, 1),
        "from32": lambda value: 32 - _scaled(1, 31, 1)(value),
        "movi_n": lambda value: _scaled(-32, 95, 1)(value) & 127,
        "addi_n": lambda value: 0 if value == -1 else _scaled(1, 15, 1)(value),
        "b4const": _listed(_B4CONST),
        "b4constu": _listed(_B4CONSTU),
        "m0": _listed((0, 1)),
        "m2": _listed((2, 3)),
    }
    return special[kind]


def register_file(kind: str) -> str:
    """`a` or `m` for a register operand, empty for a number or a label."""
    return "m" if kind in ("m", "m0", "m2") else "a" if kind == "a" else ""


def is_target(kind: str) -> bool:
    """Whether the operand is a place in the code, held relative to the next instruction word."""
    return kind in ("label", "loop_end")


def _parse(name: str, bits: str, args: list[str]) -> Instruction:
    letters = bits.replace(" ", "")
    width = len(letters)
    fixed = int("".join(b if b in "01" else "0" for b in letters), 2)
    operands = []
    for argument in args:
        fields, kind = argument.split(":")
        places = [width - 1 - i for f in fields for i, b in enumerate(letters) if b == f]
        operands.append(Operand(tuple(places), kind))
    return Instruction(name, width // 8, fixed, tuple(operands))


@cache
def table() -> dict[str, Instruction]:
    """All instructions by name, the `{q}` families expanded."""
    rows = tomllib.loads(Path(__file__).with_name("encodings.toml").read_text())["instructions"]
    found = {}
    for pattern, row in rows.items():
        halves = ("ll", "hl", "lh", "hh") if "{q}" in pattern else ("",)
        for number, half in enumerate(halves):
            name = pattern.replace("{q}", half)
            bits = row["bits"].replace("QQ", f"{number:02b}")
            found[name] = _parse(name, bits, row["args"])
    return found


def encode(instruction: Instruction, values: list[int]) -> bytes:
    """The little-endian bytes of one instruction.

    Args:
        instruction: a row of `table()`.
        values: register numbers and immediates in source order; a place in the code as the
            distance from the instruction's address + 4, as the manual defines it.

    Raises:
        EncodingError: a value does not fit.
    """
    word = instruction.fixed
    for operand, value in zip(instruction.operands, values, strict=True):
        field = _field(operand.kind, len(operand.bits))(value)
        for place, bit in zip(operand.bits, reversed(range(len(operand.bits))), strict=True):
            word |= (field >> bit & 1) << place
    return word.to_bytes(instruction.size, "little")
