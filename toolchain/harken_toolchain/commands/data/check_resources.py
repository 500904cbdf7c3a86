"""`harken data check-resources`."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer


def command(
    file: Annotated[
        Path | None, typer.Option(help="Another file than datasets/crisis/resources.toml.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List helplines that were checked more than a year ago, are unconfirmed or incomplete.

    Exit code 1 when any entry is older than a year.

    Examples:

        harken data check-resources

        harken data check-resources --json
    """
    from harken_toolchain.resources import check, schema

    found = check.report(schema.read(file), date.today())
    if as_json:
        import json

        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        _show(found)
    if found["old"]:
        raise typer.Exit(1)


def _show(found: dict) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("country", "entry", "problem", "detail", title="Entries that need a look")
    for row in found["findings"]:
        table.add_row(row["country"], row["entry"], row["problem"], row["detail"])
    console = Console()
    console.print(table)
    console.print(
        f"{found['countries']} countries, {found['countries_with_confirmed_line']} of them with a "
        f"confirmed line; {found['lines']} lines, {found['confirmed']} confirmed, "
        f"{found['round_the_clock']} round the clock; {found['old']} older than a year"
    )
