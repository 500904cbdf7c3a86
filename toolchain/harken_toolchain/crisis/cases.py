"""The corpus: templates expanded into cases, of a tuned, a held-out and an unseen part."""

import hashlib
import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from harken_toolchain.crisis.schema import (
    LEVELS,
    CaseEntry,
    CaseFile,
    Function,
    Half,
    folder,
    read_cases,
)
from harken_toolchain.errors import UserError

_CHOICE = re.compile(r"\{([^{}]*)\}")
#: Parts of names of files that are not even opened for tuning.
_CLOSED = ("heldout", "unseen")


@dataclass(frozen=True)
class Case:
    """One text with the levels (0 to 3) that are acceptable for it.

    `half` says whether it may be tuned on, belongs to the half whose figures are published, or
    to the texts of writers on whose figures nothing was ever chosen.
    """

    text: str
    low: int
    high: int
    kind: str
    person: str | None
    function: str
    template: str
    twin: str
    accepted: str
    half: Half

    @property
    def dangerous(self) -> bool:
        """Whether missing it is a failure."""
        return self.low >= 1

    @property
    def harmless(self) -> bool:
        """Whether an alarm at `high` is a false one."""
        return self.low == 0 and self.high < 2


def half_of(template: str, half: Half | None = None) -> Half:
    """The half that a template belongs to: its file's, else by one bit of its SHA-256."""
    if half:
        return half
    return "held-out" if hashlib.sha256(template.encode()).digest()[0] & 1 else "tuned"


def expand(template: str) -> list[str]:
    """All texts of a template: `{a|b} c` gives `a c` and `b c`."""
    parts = _CHOICE.split(template)
    choices = [part.split("|") if i % 2 else [part] for i, part in enumerate(parts)]
    return [" ".join("".join(chosen).split()) for chosen in itertools.product(*choices)]


def _cases(function: Function, half: Half | None) -> list[Case]:
    found = []
    for entry in function.cases:
        case = entry if isinstance(entry, CaseEntry) else CaseEntry(text=entry)
        low, high = (LEVELS.index(level) for level in case.level or function.level)
        found += [
            Case(
                text,
                low,
                high,
                function.kind,
                function.person,
                function.name,
                case.text,
                function.twin,
                case.accepted,
                half_of(case.text, half),
            )
            for text in expand(case.text)
        ]
    return found


def _paths(language: str) -> list[Path]:
    """The case files of a language."""
    return sorted(
        [*folder().glob(f"cases.{language}.toml"), *folder().glob(f"cases.{language}.*.toml")]
    )


def files(language: str) -> list[CaseFile]:
    """All case files of a language."""
    return [read_cases(path) for path in _paths(language)]


def tuned(language: str) -> list[Case]:
    """The cases that a model may learn; the others' files are not even opened."""
    paths = _paths(language)
    parts = [read_cases(path) for path in paths if not any(part in path.name for part in _CLOSED)]
    found = [c for file in parts for function in file.function for c in _cases(function, file.half)]
    return [case for case in found if case.half == "tuned"]


def load(language: str) -> list[Case]:
    """All cases of a language.

    Raises:
        UserError: a function appears twice, a text appears twice or a twin does not exist.
    """
    found = files(language)
    functions = [function for file in found for function in file.function]
    names = [function.name for function in functions]
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"cases.{language}: function {name!r} appears twice", "Rename one.")
    for function in functions:
        if function.twin and function.twin not in names:
            raise UserError(
                f"cases.{language}: {function.name}: twin {function.twin!r} is no function",
                "Name a function of the same language.",
            )
    cases = [c for file in found for function in file.function for c in _cases(function, file.half)]
    return _unique(cases, language)


def _unique(cases: list[Case], language: str) -> list[Case]:
    """Cases without those whose text stands in a half that is seen before theirs."""
    before: set[str] = set()
    left: list[Case] = []
    for half in get_args(Half):
        found = [case for case in cases if case.half == half and case.text not in before]
        before |= {case.text for case in found}
        left += found
    seen: dict[str, str] = {}
    for case in left:
        if case.text in seen:
            shown = repr(case.text) if case.half == "tuned" else f"a text of the {case.half} half"
            raise UserError(
                f"cases.{language}: {shown} is in {case.function} and {seen[case.text]}",
                "Remove one of them.",
            )
        seen[case.text] = case.function
    return left


def by_half(language: str) -> dict[Half, list[Case]]:
    """All cases of a language by the half they belong to; raises as `load` does."""
    found = load(language)
    return {half: [case for case in found if case.half == half] for half in get_args(Half)}
