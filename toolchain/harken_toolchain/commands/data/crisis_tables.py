"""`harken data crisis-tables`."""

from typing import Annotated

import typer


def command(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 when a table is out of date.")
    ] = False,
) -> None:
    """Compile helplines and crisis answers into the tables of the firmware.

    Reads datasets/crisis/resources.toml, responses.*.toml and languages.toml.

    Examples:

        harken data crisis-tables

        harken data crisis-tables --check
    """
    from harken_toolchain.resources import tables

    if check:
        old = tables.stale()
        for path in old:
            typer.echo(f"out of date: {path}")
        raise typer.Exit(1 if old else 0)
    for path, data in tables.build().items():
        path.write_bytes(data)
        typer.echo(f"{len(data):7,d} bytes  {path}")
