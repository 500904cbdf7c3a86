"""Readers: each turns the bytes of a dataset's file into examples.

A manifest names its reader; adding a file format is adding a function to `READERS`.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

from harken_toolchain.data.manifest import File, Manifest
from harken_toolchain.errors import UserError

Target = int | tuple[int, ...] | tuple[int, float]


class Example(NamedTuple):
    """One text and what is to be told from it.

    `target` is a label's index ("label"), a tuple of label indices ("labels"), or a pair
    (label index, score in 0 to 1) ("scored_label"), as the manifest says.
    """

    text: str
    target: Target


#: Gives pairs (split, example).
Reader = Callable[[Manifest, File, bytes], Iterator[tuple[str, Example]]]


def delimited(manifest: Manifest, file: File, content: bytes) -> Iterator[tuple[str, Example]]:
    """Lines of fields; `columns` gives names (with a header line) or positions from 0.

    Settings: `separator`; `header` (a header line is there); `quoted` (fields may be quoted
    as in CSV); `skip` maps a column to a text whose rows are left out.
    """
    rows = _rows(manifest, file, content)
    header = next(rows)[1] if manifest.settings.get("header") else None
    place = {role: _position(file, header, name) for role, name in manifest.columns.items()}
    skip = _skips(manifest, file, header)
    for number, fields in rows:
        if any(at < len(fields) and text in fields[at] for at, text in skip):
            continue
        if len(fields) <= max(place.values()):
            raise _bad_row(
                file, number, f"{len(fields)} fields", f"at least {max(place.values()) + 1}"
            )
        named = {role: fields[at] for role, at in place.items()}
        yield str(file.split), Example(named["text"], _target(manifest, file, number, named))


def json_splits(manifest: Manifest, file: File, content: bytes) -> Iterator[tuple[str, Example]]:
    """A JSON object of lists of [text, label]; settings.splits names the list of each split."""
    try:
        lists = json.loads(content)
    except ValueError as error:
        raise UserError(f"{file.name}: not JSON: {error}", "Get the file again.") from None
    for key, split in _table(manifest, "splits").items():
        if key not in lists:
            raise UserError(f"{file.name}: no list '{key}', found {', '.join(lists)}")
        for number, row in enumerate(lists[key], 1):
            if not (isinstance(row, list) and len(row) == 2):
                raise _bad_row(file, number, f"{row!r:.40}", f"[text, label] in '{key}'")
            yield split, Example(row[0], _target(manifest, file, number, {"target": row[1]}))


READERS: dict[str, Reader] = {"delimited": delimited, "json_splits": json_splits}


def _table(manifest: Manifest, name: str) -> dict[str, str]:
    value = manifest.settings.get(name, {})
    assert isinstance(value, dict), f"settings.{name} is a table"
    return value


def _rows(manifest: Manifest, file: File, content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Pairs (line number from 1, fields); empty lines are passed over."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise _bad_row(file, row, f"byte {content[error.start]:#04x}", "UTF-8 text") from None
    separator = str(manifest.settings.get("separator", ","))
    if manifest.settings.get("quoted"):
        yield from _quoted_rows(file, text, separator)
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line.rstrip("\r").split(separator)


def _quoted_rows(file: File, text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from ((rows.line_num, fields) for fields in rows if fields)
    except csv.Error as error:
        raise _bad_row(file, rows.line_num, str(error), "fields quoted as in CSV") from None


def _position(file: File, header: list[str] | None, column: str | int) -> int:
    if isinstance(column, int):
        return column
    if header is None or column not in header:
        found = ", ".join(header or ["no header"])[:200]
        raise _bad_row(file, 1, f"columns {found}", f"a column '{column}'")
    return header.index(column)


def _skips(manifest: Manifest, file: File, header: list[str] | None) -> list[tuple[int, str]]:
    return [(_position(file, header, c), t) for c, t in _table(manifest, "skip").items()]


def _target(manifest: Manifest, file: File, number: int, named: dict[str, str]) -> Target:
    """The target of one row, from its fields by role."""
    try:
        return TARGETS[manifest.target](manifest, named)
    except ValueError:
        wanted = "a label of the manifest" if manifest.target != "scored_label" else "a score"
        raise _bad_row(file, number, f"'{named['target']:.40}'", wanted) from None


def _scored_label(manifest: Manifest, named: dict[str, str]) -> tuple[int, float]:
    return manifest.labels.index(named["label"]), float(named["target"])


def _labels(manifest: Manifest, named: dict[str, str]) -> tuple[int, ...]:
    return tuple(_label(manifest, part) for part in named["target"].split(","))


TARGETS: dict[str, Callable[[Manifest, dict[str, str]], Target]] = {
    "label": lambda manifest, named: _label(manifest, named["target"]),
    "labels": _labels,
    "scored_label": _scored_label,
}


def _label(manifest: Manifest, text: str) -> int:
    """The index of a label given by name or, with settings.label_ids, by number."""
    if not manifest.settings.get("label_ids"):
        return manifest.labels.index(text)
    index = int(text)
    if not 0 <= index < len(manifest.labels):
        raise ValueError(text)
    return index


def _bad_row(file: File, number: int, found: str, wanted: str) -> UserError:
    return UserError(
        f"{file.name}, row {number}: found {found}, wanted {wanted}",
        "Get the file again, or mend its manifest.",
    )
