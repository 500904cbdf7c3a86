"""What `datasets/crisis/responses.*.toml` may contain, and the parts they give the board."""

import textwrap
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from harken_toolchain.errors import UserError
from harken_toolchain.resources.schema import _mistakes, folder

#: Kind and person in a file, and their letters in the keys of the table.
KINDS = {
    "suicide": "s",
    "self-harm": "h",
    "harm-others": "o",
    "abuse": "a",
    "medical": "m",
    "episode": "e",
}
PERSONS = {"self": "s", "other": "o"}
LABELS = {
    "emergency": "em",
    "police": "po",
    "call": "ca",
    "text": "te",
    "text_to": "tt",
    "option": "op",
    "extension": "ex",
    "hours_vary": "hv",
    "days": "da",
    "directory": "di",
    "from_mobile": "fm",
    "not_confirmed": "nc",
    "plan": "pl",
}
WIDTH = 70

Text = Annotated[str, Field(min_length=3, pattern=r"^[^\n\t]+$")]
Two = Annotated[list[Text], Field(min_length=2, max_length=2)]
Three = Annotated[list[Text], Field(min_length=3, max_length=3)]
Six = Annotated[list[Text], Field(min_length=6, max_length=6)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Review(_Strict):
    """Who reviewed the texts, when they were written and which guidance they follow."""

    reviewed_by: str
    written: date
    rubrics: Annotated[list[str], Field(min_length=1)]


class Labels(_Strict):
    """The words around the numbers."""

    emergency: str
    police: str
    call: str
    text: str
    text_to: str
    option: str
    extension: str
    hours_vary: str
    days: str
    directory: str
    from_mobile: str
    not_confirmed: str
    plan: str

    @model_validator(mode="after")
    def _has_seven_days(self) -> "Labels":
        if len(self.days.split()) != 7:
            raise ValueError(f"days: wanted 7 words from Monday on, found {self.days!r}")
        if not ("{0}" in self.text_to and "{1}" in self.text_to):
            raise ValueError("text_to: wanted {0} for the word and {1} for the number")
        return self


class Shared(_Strict):
    """Parts of every answer."""

    nobody: Three
    stay: Three
    safe: Three
    lines: Three


class Parts(_Strict):
    """The parts of the answers to one kind and person."""

    ask: Two
    open: Two
    do: Two
    now: Two


class PlanTexts(_Strict):
    """Headings of the safety plan's steps and the questions that help to write them."""

    title: Text
    steps: Six
    ask: Six


class Responses(_Strict):
    """One language's answers."""

    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]{4})?$")]
    review: Review
    labels: Labels
    shared: Shared
    answer: dict[str, dict[str, Parts]]
    plan: PlanTexts

    @model_validator(mode="after")
    def _is_complete(self) -> "Responses":
        wanted = {(kind, person) for kind in KINDS for person in PERSONS}
        found = {(kind, person) for kind, rows in self.answer.items() for person in rows}
        if wrong := wanted ^ found:
            raise ValueError(f"answer: missing or unknown {sorted(wrong)}")
        return self


class Rubric(_Strict):
    """A piece of published guidance."""

    id: str
    title: str
    url: str
    followed: str


class Rubrics(_Strict):
    """`rubrics.toml`."""

    rubric: list[Rubric]


def languages() -> list[str]:
    """The languages that have answers."""
    return sorted(path.name.split(".")[1] for path in folder().glob("responses.*.toml"))


def read(path: Path) -> Responses:
    """Reads and checks one `responses.LANG.toml`.

    Raises:
        UserError: it is missing, no TOML, breaks the schema or names an unknown rubric.
    """
    try:
        responses = Responses.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UserError(f"no {path}", f"Answers exist for {', '.join(languages())}.") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path} is not TOML: {error}", "Mend the line that it names.") from error
    except ValidationError as error:
        raise UserError(f"{path}: {_mistakes(error)}", "See responses.en.toml.") from error
    unknown = set(responses.review.rubrics) - {rubric.id for rubric in rubrics()}
    if unknown:
        raise UserError(f"{path}: unknown rubrics {sorted(unknown)}", "Add them to rubrics.toml.")
    return responses


def rubrics() -> list[Rubric]:
    """The guidance that answers may name."""
    text = (folder() / "rubrics.toml").read_text(encoding="utf-8")
    return Rubrics.model_validate(tomllib.loads(text)).rubric


def wrap(text: str) -> str:
    """`text` in lines of at most `WIDTH` characters."""
    return "\n".join(textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False))


def texts_of(parts: Parts) -> tuple[list[str], ...]:
    """The variants of every part, in the order of the letters in the table: a, o, d, n."""
    return parts.ask, parts.open, parts.do, parts.now


def entries(responses: Responses) -> dict[str, str]:
    """Every part under its key of the table; see `harken.crisis.answer`."""
    found: dict[str, str] = {}
    for kind, rows in responses.answer.items():
        for person, parts in rows.items():
            stem = KINDS[kind] + PERSONS[person]
            for letter, texts in zip("aodn", texts_of(parts), strict=True):
                found |= {f"{stem}{letter}{i}": wrap(text) for i, text in enumerate(texts)}
    shared = responses.shared
    four = (shared.nobody, shared.stay, shared.safe, shared.lines)
    for name, texts in zip(("nob", "sty", "saf", "lin"), four, strict=True):
        found |= {f"{name}{i}": wrap(text) for i, text in enumerate(texts)}
    found |= {f"l:{key}": getattr(responses.labels, name) for name, key in LABELS.items()}
    found["plnT"] = responses.plan.title
    for letter, texts in zip("SA", (responses.plan.steps, responses.plan.ask), strict=True):
        found |= {f"pl{letter}{i}": text for i, text in enumerate(texts)}
    return found
