"""Draws countries into a grid of cells, and compiles the grid into the board's table.

From polygons to text: `draw` and `to_text`, run by `harken data country-grid` with Natural
Earth's file. From text to table: `pack`, run with the other tables. The text is committed, so
that the table can be made again without the polygons.
"""

import json
import struct
import tomllib
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from harken.crisis.locate import MAGIC
from pydantic import BaseModel, ConfigDict, Field

from harken_toolchain.errors import UserError
from harken_toolchain.resources.schema import folder

#: Rows of sample points in a cell and its margin; as many columns.
_SAMPLES = 9
NOBODY, SEVERAL = "", "**"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Origin(_Strict):
    """Where the polygons come from."""

    title: str
    url: str
    licence: str
    stored: str
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Decline(_Strict):
    """A box in which no country is told: west, south, east, north."""

    area: str
    box: tuple[float, float, float, float]


class Settings(_Strict):
    """`countries.toml`."""

    step: float
    margin: float
    source: Origin
    codes: dict[str, str]
    decline: list[Decline]


@dataclass(frozen=True)
class Grid:
    """Cells of `step` degrees; `rows[0]` begins at 90 degrees south, its cells at 180 west."""

    step: float
    rows: list[list[str]]


def settings() -> Settings:
    """Reads `countries.toml`."""
    text = (folder() / "countries.toml").read_text(encoding="utf-8")
    return Settings.model_validate(tomllib.loads(text))


def draw(polygons: Path, known: set[str], wanted: Settings) -> Grid:
    """The grid of the countries in a GeoJSON file of Natural Earth.

    Args:
        polygons: its Admin 0 countries.
        known: the codes that may be told.
    """
    features = json.loads(polygons.read_text(encoding="utf-8"))["features"]
    height, width = round(180 / wanted.step), round(360 / wanted.step)
    owner = np.zeros((height, width), dtype=np.uint16)
    names = [NOBODY, SEVERAL]
    for feature in features:
        names.append(_code(feature["properties"], wanted))
        _paint(owner, _cells(_rings(feature["geometry"]), wanted, owner.shape), len(names) - 1)
    for decline in wanted.decline:
        owner[_box(decline.box, wanted.step)] = 1
    told = [name if name in known else NOBODY for name in names]
    return Grid(wanted.step, [[told[i] for i in row] for row in owner])


def _code(properties: dict[str, Any], wanted: Settings) -> str:
    return wanted.codes.get(properties["ADM0_A3"]) or properties["ISO_A2"]


def _rings(geometry: dict[str, Any]) -> list[np.ndarray]:
    """All rings, outer and inner, as arrays of (longitude, latitude)."""
    parts = geometry["coordinates"]
    polygons = [parts] if geometry["type"] == "Polygon" else parts
    return [np.asarray(ring, dtype=float)[:, :2] for polygon in polygons for ring in polygon]


def _cells(rings: list[np.ndarray], wanted: Settings, shape: tuple[int, int]) -> np.ndarray:
    """Which cells a country has land in, its margin included; bool of `shape`."""
    found = np.zeros(shape, dtype=bool)
    reach = wanted.step / 2 + wanted.margin
    offsets = np.linspace(-reach, reach, _SAMPLES)
    centres = (np.arange(shape[0]) + 0.5) * wanted.step - 90
    low, high = min(r[:, 1].min() for r in rings), max(r[:, 1].max() for r in rings)
    for row in np.flatnonzero((centres > low - reach) & (centres < high + reach)):
        for latitude in centres[row] + offsets:
            for west, east in _spans(rings, latitude):
                first = int(np.floor((west - wanted.margin + 180) / wanted.step))
                last = int(np.floor((east + wanted.margin + 180) / wanted.step))
                found[row, max(first, 0) : min(last, shape[1] - 1) + 1] = True
    for ring in rings:  # islands that lie between the sample rows
        x = np.clip((ring[:, 0] + 180) / wanted.step, 0, shape[1] - 1).astype(int)
        y = np.clip((ring[:, 1] + 90) / wanted.step, 0, shape[0] - 1).astype(int)
        found[y, x] = True
    return found


def _spans(rings: list[np.ndarray], latitude: float) -> list[tuple[float, float]]:
    """Where a parallel runs through the rings (even-odd rule): pairs of longitudes."""
    crossings: list[float] = []
    for ring in rings:
        x0, y0, x1, y1 = ring[:-1, 0], ring[:-1, 1], ring[1:, 0], ring[1:, 1]
        hit = (y0 <= latitude) != (y1 <= latitude)
        share = (latitude - y0[hit]) / (y1[hit] - y0[hit])
        crossings += list(x0[hit] + share * (x1[hit] - x0[hit]))
    crossings.sort()
    return list(zip(crossings[::2], crossings[1::2], strict=True))


def _paint(owner: np.ndarray, cells: np.ndarray, number: int) -> None:
    """Gives free cells to a country; cells that have an owner get several."""
    owner[cells] = np.where(owner[cells] == 0, number, 1)


def _box(box: tuple[float, float, float, float], step: float) -> tuple[slice, slice]:
    west, south, east, north = box
    rows = slice(int((south + 90) / step), int(np.ceil((north + 90) / step)))
    return rows, slice(int((west + 180) / step), int(np.ceil((east + 180) / step)))


def to_text(grid: Grid) -> str:
    """A line a row, from south to north: runs of cells as length and code ("." is unknown)."""
    head = f"# Made by 'harken data country-grid'; see countries.toml.\nstep {grid.step}\n"
    lines = (
        " ".join(f"{len(list(run))}{code or '.'}" for code, run in groupby(row))
        for row in grid.rows
    )
    return head + "\n".join(lines) + "\n"


def from_text(text: str) -> Grid:
    """Reads what `to_text` wrote."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = []
    for line in lines[1:]:
        row: list[str] = []
        for run in line.split():
            code = run.lstrip("0123456789")
            row += ["" if code == "." else code] * int(run[: -len(code)])
        rows.append(row)
    return Grid(float(lines[0].split()[1]), rows)


def read() -> Grid:
    """The committed grid."""
    path = folder() / "countries.grid.txt"
    if not path.is_file():
        raise UserError(f"no {path}", "Run 'harken data country-grid FILE'.")
    return from_text(path.read_text(encoding="utf-8"))


def pack(grid: Grid) -> bytes:
    """The board's table; the format is told in `harken.crisis.locate`."""
    codes = sorted({code for row in grid.rows for code in row if code})
    number = {code: i + 1 for i, code in enumerate(codes)} | {NOBODY: 0}
    places, runs = [], b""
    for row in grid.rows:
        places.append(len(runs))
        for code, run in groupby(row):
            length = len(list(run))
            while length:
                part = min(length, 255)
                runs += bytes((part, number[code]))
                length -= part
    head = MAGIC + struct.pack("<BBH", round(grid.step * 10), len(codes), len(grid.rows))
    return head + "".join(codes).encode() + struct.pack(f"<{len(places)}H", *places) + runs
