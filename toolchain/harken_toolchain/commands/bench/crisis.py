"""The crisis guard's recall and false alarms."""

import json

import typer

from harken_toolchain.crisis.cases import Case
from harken_toolchain.crisis.measure import Look, Measure
from harken_toolchain.errors import UserError


def command(
    language: str = typer.Option("en", "--language", "-l", help="The corpus to measure on."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object."),
    tuned: bool = typer.Option(
        False, "--tuned", help="Measure the tuned half instead, and list its failures."
    ),
    lines: bool = typer.Option(
        False, "--lines", help="Also list the numbers of the public lines at high or above."
    ),
) -> None:
    """Measures the crisis guard: recall, false alarms, disguised texts, everyday talk.

    The figures come from the held-out half of the corpus, of which no single case is ever
    printed. Public data sets are read where they are on this machine ($HARKEN_DATA).

    Examples:

        harken bench crisis

        harken bench crisis --json

        harken bench crisis --tuned
    """
    from harken.crisis import Guard

    from harken_toolchain.crisis import cases, measure

    guard = Guard(language)
    if guard.fault:
        raise UserError(f"the guard's tables: {guard.fault}", "Run 'harken crisis --compile'.")

    def look(text: str) -> int:
        return guard.look(text).level

    all_cases = cases.load(language)
    half = [case for case in all_cases if case.held_out != tuned]
    prefix = "tuned" if tuned else "heldout"
    measures = measure.corpus(look, half, prefix) + measure.obfuscated(look, half)
    public = [] if tuned or language != "en" else _public(look, measures)
    _print(measures, public, as_json, lines)
    if tuned:
        _failures(look, half)
    if any(not m.passed for m in measures):
        raise typer.Exit(1)


def _public(look: Look, measures: list[Measure]) -> list[dict]:
    """Adds the shares on public data; returns the numbers of their lines at `high` or above."""
    from harken_toolchain.crisis import measure

    found: list[dict] = []
    for name, target in (("goemotions", 0.004), ("clinc150", 0.0005)):
        rows = measure.dataset(name)
        if rows is None:
            continue
        levels = [look(row.text) for row in rows]
        high = [i + 1 for i, level in enumerate(levels) if level >= 2]
        share = measure.Measure(f"{name}.share_high", len(high), len(levels), target, True)
        measures.append(share)
        known = measure.judged(name)
        unjudged = [number for number in high if number not in known]
        found.append({"name": name, "lines": high, "not judged": unjudged})
    if measure.dataset("sdcnl"):
        found.append(
            {
                "name": "sdcnl",
                "length only (accuracy, recall, false alarms)": measure.length_baseline(),
                "lexicon at concern": measure.sdcnl(look, 1),
                "lexicon at high": measure.sdcnl(look, 2),
            }
        )
    return found


def _print(measures: list[Measure], public: list[dict], as_json: bool, lines: bool) -> None:
    if as_json:
        result = {
            "measures": {m.name: round(m.value, 5) for m in measures},
            "counts": {m.name: [m.hits, m.total] for m in measures},
            "targets": {m.name: m.target for m in measures if m.target is not None},
            "passed": all(m.passed for m in measures),
            "public": public,
        }
        typer.echo(json.dumps(result))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("measure", "value", "of", "target", "")
    for m in measures:
        sign = "at most" if m.at_most else "at least"
        target = "" if m.target is None else f"{sign} {m.target}"
        verdict = "" if m.target is None else "ok" if m.passed else "MISSED"
        table.add_row(m.name, f"{m.value:.4f}", f"{m.hits}/{m.total}", target, verdict)
    show = Console()
    show.print(table)
    for row in public:
        if "lines" not in row:
            for name, rates in row.items():
                if name != "name":
                    show.print(f"{row['name']}, {name}: " + ", ".join(f"{r:.3f}" for r in rates))
        elif lines or row["not judged"]:
            show.print(f"{row['name']} lines at high or above: {row['lines']}")
            show.print(f"{row['name']} lines not judged yet: {row['not judged']}")


def _failures(look: Look, cases: list[Case]) -> None:
    """Lists the failures of the tuned half; the held-out half is never listed."""
    for case in cases:
        level = look(case.text)
        if not case.low <= level <= case.high:
            typer.echo(f"{level} wanted {case.low}-{case.high}  {case.function}: {case.text}")
