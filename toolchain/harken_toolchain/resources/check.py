"""Finds entries of `resources.toml` that need a look: old, unconfirmed or incomplete ones."""

from dataclasses import asdict, dataclass
from datetime import date

from harken_toolchain.resources.schema import Country, Line, Resources

#: An entry that was checked longer ago than this has to be checked again.
MAX_AGE_DAYS = 365

OLD, UNCONFIRMED, INCOMPLETE = "old", "unconfirmed", "incomplete"


@dataclass(frozen=True)
class Finding:
    """One entry that needs a look."""

    country: str
    entry: str
    problem: str
    detail: str


def find(resources: Resources, today: date) -> list[Finding]:
    """All findings, in the order of the file."""
    found = []
    for country in resources.country:
        found += _age(country.code, f"emergency {country.emergency}", country.checked, today)
        if not any(line.confirmed for line in country.line):
            found.append(Finding(country.code, country.name, INCOMPLETE, "no confirmed helpline"))
        for line in country.line:
            found += _age(country.code, line.name, line.checked, today)
            found += _line(country, line)
    return found


def _age(code: str, entry: str, checked: date, today: date) -> list[Finding]:
    days = (today - checked).days
    if days <= MAX_AGE_DAYS:
        return []
    return [Finding(code, entry, OLD, f"checked {checked}, {days} days ago")]


def _line(country: Country, line: Line) -> list[Finding]:
    found = []
    if not line.confirmed:
        found.append(Finding(country.code, line.name, UNCONFIRMED, ", ".join(line.sources)))
    if not line.hours:
        found.append(Finding(country.code, line.name, INCOMPLETE, "hours unknown"))
    return found


def report(resources: Resources, today: date) -> dict:
    """The findings with totals, as plain data."""
    findings = find(resources, today)
    lines = [line for country in resources.country for line in country.line]
    return {
        "today": today.isoformat(),
        "countries": len(resources.country),
        "countries_with_confirmed_line": sum(
            any(line.confirmed for line in country.line) for country in resources.country
        ),
        "lines": len(lines),
        "confirmed": sum(line.confirmed for line in lines),
        "round_the_clock": sum(line.hours == "24/7" for line in lines),
        "old": sum(finding.problem == OLD for finding in findings),
        "findings": [asdict(finding) for finding in findings],
    }
