"""The crisis guard's figures of every language, in one table."""

import json
from typing import Annotated

import typer


def command(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure the crisis guard on the held-out half of every language's corpus.

    The measures are those of 'harken bench crisis'; exit code 1 when a target is missed.

    Examples:

        harken bench languages

        harken bench languages --json
    """
    from harken_toolchain.crisis import schema

    found = {language: _measure(language) for language in schema.languages()}
    if as_json:
        typer.echo(json.dumps(found))
    else:
        _show(found)
    if not all(row["passed"] for rows in found.values() for row in rows):
        raise typer.Exit(1)


def _measure(language: str) -> list[dict]:
    """Every measure of a language as plain data."""
    from harken.crisis import Guard

    from harken_toolchain.crisis import cases, measure
    from harken_toolchain.errors import UserError

    guard = Guard(language)
    if guard.fault:
        raise UserError(f"{language}: {guard.fault}", "Run 'harken crisis --compile'.")

    def look(text: str) -> int:
        return guard.look(text).level

    half = cases.by_half(language)["held-out"]
    measures = measure.corpus(look, half, "heldout") + measure.obfuscated(look, half)
    return [
        {
            "name": m.name,
            "value": round(m.value, 4),
            "hits": m.hits,
            "total": m.total,
            "target": m.target,
            "passed": m.passed,
        }
        for m in measures
        if m.target is not None
    ]


def _show(found: dict[str, list[dict]]) -> None:
    from rich.console import Console
    from rich.table import Table

    names = [row["name"] for row in next(iter(found.values()))]
    table = Table("language", *names, title="Held-out half of each corpus")
    for language, rows in found.items():
        cells = [
            f"{row['value']:.3f}{'' if row['passed'] else ' !'}\n{row['hits']}/{row['total']}"
            for row in rows
        ]
        table.add_row(language, *cells)
    targets = [f"{row['target']}" for row in next(iter(found.values()))]
    table.add_row("target", *targets)
    console = Console()
    console.print(table)
    console.print("! misses its target: at least for recall, at most for false alarms")
