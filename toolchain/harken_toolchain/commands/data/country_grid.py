"""`harken data country-grid`."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    polygons: Annotated[
        Path, typer.Argument(help="ne_50m_admin_0_countries.json of Natural Earth.")
    ],
) -> None:
    """Draw the grid by which the board tells the country of a place.

    Writes datasets/crisis/countries.grid.txt by the settings in datasets/crisis/countries.toml;
    'harken data crisis-tables' compiles it.

    Examples:

        harken data country-grid ne_50m_admin_0_countries.json
    """
    from hashlib import sha256

    from harken_toolchain.errors import UserError
    from harken_toolchain.resources import grid, schema

    wanted = grid.settings()
    if not polygons.is_file():
        raise UserError(f"no file {polygons}", f"Get it from {wanted.source.url}.")
    found = sha256(polygons.read_bytes()).hexdigest()
    if found != wanted.source.sha256:
        raise UserError(
            f"{polygons} has SHA-256 {found}, wanted {wanted.source.sha256}",
            "Use the stored version that countries.toml names, or change its sha256.",
        )
    known = {country.code for country in schema.read().country}
    drawn = grid.draw(polygons, known, wanted)
    path = schema.folder() / "countries.grid.txt"
    path.write_text(grid.to_text(drawn), encoding="utf-8")
    cells = [code for row in drawn.rows for code in row]
    told = sum(bool(code) for code in cells)
    typer.echo(f"{path}: {len(cells):,d} cells, {told:,d} told, {len(set(cells)) - 1} countries")
