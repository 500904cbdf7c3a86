"""A small two-pass assembler for LX6 kernels.

One source holds one function. A line is a label (`name:`), an instruction or a directive;
`;` starts a comment. Directives:

    .equ NAME, EXPRESSION      a constant; expressions know + - * ( ) and constants
    .reg NAME, REGISTER        another name for a register
    .include "FILE"            the lines of a file beside this one
    .macro NAME PARAMETER...   until .endm; \\PARAMETER is replaced, \\@ is unique per use
    .align N                   pads to a multiple of N with no-operations
"""

import ast
import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harken_toolchain.lx6.encoding import EncodingError, encode, is_target, register_file, table
from harken_toolchain.lx6.layout import Item, check_loop_ends, mistake, offsets, place_loops

_MAX_DEPTH = 16
_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}


@dataclass
class _Line:
    text: str
    place: str


@dataclass
class Program:
    """Assembled code.

    Attributes:
        code: the bytes, to be placed at a multiple of 4.
        labels: name -> offset in `code`.
        listing: (offset, bytes, source line) of every instruction.
    """

    code: bytes
    labels: dict[str, int]
    listing: list[tuple[int, bytes, str]]


def _read(path: Path) -> list[_Line]:
    lines = path.read_text().splitlines()
    return [_Line(text, f"{path.name}:{n}") for n, text in enumerate(lines, 1)]


def _strip(text: str) -> str:
    return text.split(";", 1)[0].strip()


class _Source:
    """Expands includes, macros and constants into items."""

    def __init__(self, constants: dict[str, int], folder: Path | None) -> None:
        self.constants = dict(constants)
        self.registers = {f"a{n}": n for n in range(16)} | {f"m{n}": n for n in range(4)}
        self.files = {name: name[0] for name in self.registers}
        self.macros: dict[str, tuple[list[str], list[_Line]]] = {}
        self.folder = folder
        self.items: list[Item] = []
        self.pending: list[str] = []
        self.uses = 0

    def run(self, lines: list[_Line], depth: int = 0) -> None:
        rest = iter(lines)
        for line in rest:
            if depth > _MAX_DEPTH:
                raise mistake(line.place, "macros or includes are nested too deeply")
            text = _strip(line.text)
            while match := re.match(r"([A-Za-z_]\w*):\s*", text):
                self.pending.append(match[1])
                text = text[match.end() :]
            if not text:
                continue
            head, _, tail = text.partition(" ")
            if head == ".macro":
                self._define(tail.replace(",", " ").split(), rest, line)
            else:
                self._statement(head, tail.strip(), line, depth)

    def _define(self, words: list[str], rest: Iterator[_Line], start: _Line) -> None:
        body: list[_Line] = []
        for line in rest:
            if _strip(line.text) == ".endm":
                self.macros[words[0]] = (words[1:], body)
                return
            body.append(line)
        raise mistake(start.place, f".macro {words[0]} has no .endm")

    def _statement(self, head: str, tail: str, line: _Line, depth: int) -> None:
        args = [a.strip() for a in tail.split(",")] if tail else []
        if head == ".equ":
            self.constants[args[0]] = self.number(args[1], line.place)
        elif head == ".reg":
            self._alias(args, line.place)
        elif head == ".align":
            self._add(Item("nop", [], line.place, align=self.number(args[0], line.place)))
        elif head == ".include":
            if self.folder is None:
                raise mistake(line.place, ".include needs a source that is a file")
            self.run(_read(self.folder / tail.strip('"')), depth + 1)
        elif head in self.macros:
            self._use(head, args, line, depth)
        elif head in table():
            self._add(Item(head, args, line.place))
        else:
            raise mistake(line.place, f"unknown instruction or directive '{head}'")

    def _alias(self, args: list[str], place: str) -> None:
        name, register = args
        self.registers[name] = self.register(register, place)
        self.files[name] = self.files[register]

    def _use(self, name: str, args: list[str], line: _Line, depth: int) -> None:
        parameters, body = self.macros[name]
        if len(args) != len(parameters):
            raise mistake(
                line.place, f"macro {name} takes {len(parameters)} arguments, not {len(args)}"
            )
        self.uses += 1
        values = {"@": str(self.uses)} | dict(zip(parameters, args, strict=True))
        expanded = []
        for inner in body:
            text = re.sub(r"\\(@|\w+)", lambda m: values.get(m[1], m[0]), inner.text)
            expanded.append(_Line(text, f"{line.place} in {inner.place}"))
        self.run(expanded, depth + 1)

    def _add(self, item: Item) -> None:
        item.labels, self.pending = self.pending, []
        self.items.append(item)

    def register(self, text: str, place: str) -> int:
        if text not in self.registers:
            raise mistake(place, f"'{text}' is not a register")
        return self.registers[text]

    def number(self, text: str, place: str) -> int:
        try:
            return self._evaluate(ast.parse(text, mode="eval").body)
        except (SyntaxError, KeyError, TypeError):
            raise mistake(place, f"'{text}' is not a number or a known constant") from None

    def _evaluate(self, node: ast.AST) -> int:
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return node.value
        if isinstance(node, ast.Name):
            return self.constants[node.id]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self._evaluate(node.operand)
        if isinstance(node, ast.BinOp):
            apply = _OPERATORS[type(node.op)]
            return apply(self._evaluate(node.left), self._evaluate(node.right))
        raise TypeError(node)


def _values(source: _Source, item: Item, labels: dict[str, int], offset: int) -> list[int]:
    operands = table()[item.name].operands
    if len(operands) != len(item.args):
        wanted = f"{len(operands)} operands, not {len(item.args)}"
        raise mistake(item.place, f"{item.name} takes {wanted}")
    values = []
    for operand, text in zip(operands, item.args, strict=True):
        if kind := register_file(operand.kind):
            value = source.register(text, item.place)
            if source.files[text] != kind:
                raise mistake(item.place, f"{item.name} wants an {kind} register, not '{text}'")
        elif is_target(operand.kind):
            if text not in labels:
                raise mistake(item.place, f"no label '{text}'")
            value = labels[text] - offset - 4
        else:
            value = source.number(text, item.place)
        values.append(value)
    return values


def _padding(size: int) -> bytes:
    """`size` bytes of no-operations; 1 is a zero byte, which nothing may reach."""
    wide, narrow = encode(table()["nop"], []), encode(table()["mov.n"], [0, 0])
    return {0: b"", 1: b"\0", 2: narrow, 3: wide}[size]


def _emit(source: _Source) -> Program:
    items, places = source.items, offsets(source.items)
    labels: dict[str, int] = {}
    for item, offset, after in zip(items, places, places[1:], strict=False):
        for label in item.labels:
            if label in labels:
                raise mistake(item.place, f"label '{label}' is defined twice")
            labels[label] = after if item.align else offset
    loops = {i.args[-1] for i in items if i.name.startswith("loop")}
    check_loop_ends(items, loops)
    code, listing = b"", []
    for item, offset, after in zip(items, places, places[1:], strict=False):
        if item.align:
            code += _padding(after - offset)
            continue
        try:
            data = encode(table()[item.name], _values(source, item, labels, offset))
        except EncodingError as error:
            text = f"{item.name} {', '.join(item.args)}"
            raise mistake(item.place, f"{text}: {error}") from None
        listing.append((offset, data, f"{item.name} {', '.join(item.args)}".strip()))
        code += data
    return Program(code, labels, listing)


def assemble(text: str, constants: dict[str, int] | None = None, name: str = "source") -> Program:
    """Assembles source text.

    Args:
        text: the source.
        constants: constants known from the start.
        name: what error messages call the source.

    Raises:
        UserError: a mistake in the source, with its line.
    """
    lines = [_Line(line, f"{name}:{n}") for n, line in enumerate(text.splitlines(), 1)]
    return _assemble(lines, constants or {}, None)


def assemble_file(path: Path, constants: dict[str, int] | None = None) -> Program:
    """Assembles a file; see `assemble`."""
    return _assemble(_read(path), constants or {}, path.parent)


def _assemble(lines: list[_Line], constants: dict[str, int], folder: Path | None) -> Program:
    source = _Source(constants, folder)
    source.run(lines)
    if source.pending:
        source.items.append(Item("nop", [], "end", source.pending, align=1))
    place_loops(source.items)
    return _emit(source)
