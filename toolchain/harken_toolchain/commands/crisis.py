"""Runs the crisis guard over one text or a file, and builds its tables."""

import json
from pathlib import Path

import typer

from harken_toolchain.errors import UserError


def command(
    text: str = typer.Argument("", help="One text to look at."),
    file: Path = typer.Option(None, "--file", help="Look at every line of this file instead."),
    language: str = typer.Option("en", "--language", "-l", help="The person's language."),
    model: bool = typer.Option(True, help="Let the model raise what the lexicon found."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line."),
    compile_: bool = typer.Option(
        False, "--compile", help="Compile datasets/crisis/lexicon.*.toml into the firmware."
    ),
    check: bool = typer.Option(False, "--check", help="Check all lexicons, cases and tables."),
) -> None:
    """Prints the level, the kind and the reason that the crisis guard gives for a text.

    The same files run on the board. The lexicon's tables are compiled from datasets/crisis.

    Examples:

        harken crisis "i can't go on"

        harken crisis --file lines.txt --json --no-model

        harken crisis --compile
    """
    if compile_:
        return _compile()
    if check:
        return _check()
    if bool(text) == bool(file):
        raise UserError("nothing to look at", 'Give a text, as in: harken crisis "some text".')
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file else [text]
    _look(lines, language, model, as_json)


def _look(lines: list[str], language: str, model: bool, as_json: bool) -> None:
    from harken.crisis import LEVELS, Guard

    from harken_toolchain.crisis import stages

    guard = Guard(language, stages.model(language) if model else None)
    if guard.fault:
        typer.echo(f"the tables cannot be read, phrases only: {guard.fault}", err=True)
    for line in lines:
        verdict = guard.look(line)
        row = {
            "level": LEVELS[verdict.level],
            "kind": verdict.kind,
            "person": verdict.person if verdict.level else "",
            "reason": verdict.reason,
        }
        if as_json:
            typer.echo(json.dumps(row))
        else:
            typer.echo("  ".join(value for value in row.values() if value))


def _compile() -> None:
    from harken_toolchain.crisis import compiler, schema

    for language in schema.languages():
        table = compiler.compile_language(language)
        path = compiler.table_path(language)
        path.write_bytes(table)
        typer.echo(f"{path.name}: {len(table)} bytes")


def _check() -> None:
    from harken_toolchain.crisis import cases, compiler, schema

    stale = []
    for language in schema.languages():
        table = compiler.compile_language(language)
        path = compiler.table_path(language)
        if not path.is_file() or path.read_bytes() != table:
            stale.append(path.name)
        found = cases.load(language)
        functions = len({case.function for case in found})
        typer.echo(f"{language}: {len(found)} cases in {functions} functions")
    if stale:
        typer.echo(f"not up to date: {', '.join(stale)}. Run 'harken crisis --compile'.", err=True)
        raise typer.Exit(1)
