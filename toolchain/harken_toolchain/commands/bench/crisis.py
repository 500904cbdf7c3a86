"""The crisis guard's recall and false alarms."""

import json
from collections.abc import Callable

import typer

from harken_toolchain.crisis.cases import Case
from harken_toolchain.crisis.measure import Look, Measure
from harken_toolchain.crisis.stages import Stages
from harken_toolchain.errors import UserError


def command(
    language: str = typer.Option("en", "--language", "-l", help="The corpus to measure on."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object."),
    tuned: bool = typer.Option(
        False, "--tuned", help="Measure the tuned half instead, and list its failures."
    ),
    disguised: bool = typer.Option(
        True, help="Also measure disguised texts, which takes most of the time."
    ),
    lines: bool = typer.Option(
        False, "--lines", help="Also list the numbers of the public lines at high or above."
    ),
    cost: bool = typer.Option(
        False, "--cost", help="Instead: what a text of 200 characters costs, estimated."
    ),
) -> None:
    """Measures the crisis guard: recall, false alarms, disguised texts, everyday talk.

    The figures come from the held-out half of the corpus, of which no single case is ever
    printed, and from unseen texts, on whose figures nothing was ever chosen: of the guard as it
    is shipped, and of the lexicon and the model apart. Public data sets are read where they are
    on this machine ($HARKEN_DATA).

    Examples:

        harken bench crisis

        harken bench crisis --json

        harken bench crisis --tuned --no-disguised

        harken bench crisis --cost
    """
    if cost:
        return _cost(language, as_json)
    from harken_toolchain.crisis import cases, length, measure

    stages = Stages(language)
    if stages.fault:
        raise UserError(f"the guard's tables: {stages.fault}", "Run 'harken crisis --compile'.")
    learnt = cases.tuned(language)
    halves = {} if tuned else cases.by_half(language)
    half, unseen = halves.get("held-out", learnt), halves.get("unseen", [])
    prefix = "tuned" if tuned else "heldout"
    with_public = not tuned and language == "en"

    def run(look: Look) -> list[Measure]:
        found = measure.corpus(look, half, prefix)
        found += measure.unseen(look, unseen) if unseen else []
        found += measure.obfuscated(look, half) if disguised else []
        found += length.by_length(look, half) + length.baseline(learnt, half)
        return found + (measure.public(look) if with_public else [])

    _read(stages, run)
    found = {name: run(look) for name, look in stages.looks().items()}
    public = _public(stages) if with_public else []
    if as_json:
        _print_json(found, public)
    else:
        _print(found, public, lines)
    if tuned:
        _failures(stages.looks()[""], half)
    if any(not m.passed for m in found[""]):
        raise typer.Exit(1)


def _cost(language: str, as_json: bool) -> None:
    """Prints what a look costs on the default board; exits 1 when it takes longer than allowed."""
    from harken_toolchain import boards
    from harken_toolchain.crisis import cases, cost

    texts = cost.texts(cases.tuned(language))
    rows = cost.summary(cost.measure(language, texts), boards.default())
    if as_json:
        typer.echo(json.dumps({"texts": rows, "target_ms": cost.TARGET_MS}))
    else:
        cost.show(rows)
    if rows[0]["ms"] > cost.TARGET_MS:
        raise typer.Exit(1)


def _read(stages: Stages, run: Callable[[Look], object]) -> None:
    """Lets the model read at once all texts that `run` is going to ask for."""
    asked: list[str] = []

    def note(text: str) -> int:
        asked.append(text)
        return 0

    run(note)
    stages.read(asked)


def _public(stages: Stages) -> list[dict]:
    """The numbers of public lines at `high` or above, and the rates on sdcnl by stage."""
    from harken_toolchain.crisis import measure

    looks = stages.looks()
    found: list[dict] = []
    for name in measure.SHARES:
        rows = measure.dataset(name)
        if rows is None:
            continue
        high = [i for i, row in enumerate(rows, 1) if looks[""](row.text) >= 2]
        known = measure.judged(name)
        unjudged = [number for number in high if number not in known]
        found.append({"name": name, "lines": high, "not judged": unjudged})
    if measure.dataset("sdcnl"):
        _read(stages, measure.sdcnl)
        rates: dict = {
            "name": "sdcnl",
            "length only (accuracy, recall, false alarms)": measure.length_baseline(),
        }
        for stage, look in looks.items():
            title = stage or ("lexicon" if len(looks) == 1 else "lexicon and model")
            rates[f"{title} at concern"] = measure.sdcnl(look, 1)
            rates[f"{title} at high"] = measure.sdcnl(look, 2)
        found.append(rates)
    return found


def _name(stage: str, measure: Measure) -> str:
    return f"{stage}.{measure.name}" if stage else measure.name


def _print_json(found: dict[str, list[Measure]], public: list[dict]) -> None:
    rows = {_name(stage, m): m for stage, measures in found.items() for m in measures}
    result = {
        "measures": {name: round(m.value, 5) for name, m in rows.items()},
        "counts": {name: [m.hits, m.total] for name, m in rows.items()},
        "targets": {m.name: m.target for m in found[""] if m.target is not None},
        "passed": all(m.passed for m in found[""]),
        "public": public,
    }
    typer.echo(json.dumps(result))


def _print(found: dict[str, list[Measure]], public: list[dict], lines: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    apart = [stage for stage in found if stage]
    table = Table("measure", "value", "of", *[f"{stage} alone" for stage in apart], "target", "")
    for i, m in enumerate(found[""]):
        sign = "at most" if m.at_most else "at least"
        target = "" if m.target is None else f"{sign} {m.target}"
        verdict = "" if m.target is None else "ok" if m.passed else "MISSED"
        alone = [f"{found[stage][i].value:.4f}" for stage in apart]
        table.add_row(m.name, f"{m.value:.4f}", f"{m.hits}/{m.total}", *alone, target, verdict)
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
