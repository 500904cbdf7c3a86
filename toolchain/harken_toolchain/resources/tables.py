"""Compiles helplines and answers into the tables that the board reads with seeks."""

import struct
from pathlib import Path

from harken_toolchain.errors import UserError
from harken_toolchain.paths import repository
from harken_toolchain.resources import answers, grid, languages, schema

MAGIC = b"HKT1"
_MAX_TEXT = 0xFFFF


def pack(entries: dict[str, str]) -> bytes:
    """A table of texts; the format is told in `harken.crisis.table`.

    Raises:
        UserError: a key is longer than 4 bytes or a text longer than 65,535.
    """
    rows = sorted((key.encode().ljust(4, b"\0"), text.encode()) for key, text in entries.items())
    offset = 6 + 9 * len(rows)
    index, body = b"", b""
    for key, text in rows:
        if len(key) != 4 or len(text) > _MAX_TEXT:
            raise UserError(f"table entry {key!r} does not fit", "Shorten its key or its text.")
        place = offset + len(body)
        index += key + struct.pack("<I", place)[:3] + struct.pack("<H", len(text))
        body += text
    return MAGIC + struct.pack("<H", len(rows)) + index + body


def resource_entries(resources: schema.Resources) -> dict[str, str]:
    """A record for each country and one, `**`, for all others; see `harken.crisis.resources`."""
    world = resources.international
    found = {"**": "\t".join((world.emergency, world.directory, world.second))}
    for country in resources.country:
        rows = ["\t".join((country.emergency, country.police or "", country.name))]
        rows += [_line(line) for line in country.line]
        found[country.code] = "\n".join(rows)
    return found


def _line(line: schema.Line) -> str:
    phone, text = line.phone or "", line.text or ""
    languages = " ".join(line.languages)
    return "\t".join((line.name, phone, text, line.hours, languages, str(int(line.confirmed))))


def build() -> dict[Path, bytes]:
    """Every table with the path it has in the firmware."""
    target = repository() / "firmware" / "harken" / "crisis"
    found = {target / "resources.tab": pack(resource_entries(schema.read()))}
    for language in answers.languages():
        responses = answers.read(schema.folder() / f"responses.{language}.toml")
        found[target / f"answers.{language}.tab"] = pack(answers.entries(responses))
    found[target / "countries.grid"] = grid.pack(grid.read())
    found[target / "languages.bin"] = languages.pack(languages.read())
    return found


def stale() -> list[Path]:
    """The tables in the firmware that differ from what their data give now."""
    return [
        path for path, data in build().items() if not path.is_file() or path.read_bytes() != data
    ]
