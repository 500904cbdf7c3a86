"""What `datasets/crisis/lexicon.*.toml` and `cases.*.toml` may contain; see their README."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from harken_toolchain.errors import UserError
from harken_toolchain.paths import repository

T = TypeVar("T", bound=BaseModel)

LEVELS = ("none", "concern", "high", "imminent")
KINDS = ("suicide", "self-harm", "harm-others", "abuse", "medical", "episode")
CONTEXTS = ("negation", "past", "quote", "fiction", "topic", "joke", "hypothetical")

Level = Literal["none", "concern", "high", "imminent"]
RaisedLevel = Literal["concern", "high", "imminent"]
Kind = Literal["suicide", "self-harm", "harm-others", "abuse", "medical", "episode"]
#: From the one that is seen first to the one that is seen last.
Half = Literal["tuned", "held-out", "unseen"]
ContextName = Literal["negation", "past", "quote", "fiction", "topic", "joke", "hypothetical"]
Words = Annotated[list[str], Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WordList(_Strict):
    """A plain list of words."""

    words: list[str] = []


class TypoList(WordList):
    """Words that are found with one typo; `kept` keeps their letters in memory, to save reads."""

    kept: bool = False


class Context(_Strict):
    """Words that lower what comes after them, for the next `reach` words."""

    name: ContextName
    reach: int = Field(ge=1, le=15)
    match: Words


class Pattern(_Strict):
    """A group of patterns that mean the same; at level `none` they only set their tag."""

    name: str
    tag: str
    level: Level
    kind: Kind
    person: Literal["self", "other", "subject"] = "subject"
    lowered: dict[ContextName, Level] = {}
    #: It counts where no model reads along, or one hears danger too. Beside one that does not, it
    #: is of concern at most; one that is of concern only sets its tag.
    weak: bool = False
    match: Words

    @model_validator(mode="after")
    def _weak_has_a_level(self) -> "Pattern":
        if self.weak and self.level == "none":
            raise ValueError("weak at level none: wanted concern, high or imminent")
        return self


class Combine(_Strict):
    """Tags that together, in one message, mean more than each alone."""

    needs: Annotated[list[str], Field(min_length=2)]
    level: RaisedLevel


class Lexicon(_Strict):
    """One language's lexicon."""

    language: str
    classes: dict[str, Words]
    typo: TypoList = TypoList()
    known: WordList = WordList()
    common: WordList = WordList()
    hot: WordList = WordList()
    context: list[Context] = []
    pattern: Annotated[list[Pattern], Field(min_length=1)]
    combine: list[Combine] = []

    @field_validator("classes")
    @classmethod
    def _names_are_upper_case(cls, classes: dict[str, list[str]]) -> dict[str, list[str]]:
        for name in classes:
            if name != name.upper() or not name.replace("_", "").isalnum():
                raise ValueError(f"class {name!r}: wanted upper-case letters, digits and _")
        return classes


class CaseEntry(_Strict):
    """A case that differs from its function's range."""

    text: str
    level: tuple[Level, Level] | None = None
    accepted: str = ""


class Function(_Strict):
    """A group of cases that test one ability."""

    name: str
    about: str
    kind: Kind | Literal[""]
    level: tuple[Level, Level]
    person: Literal["self", "other"] | None = None
    twin: str = ""
    cases: Annotated[list[str | CaseEntry], Field(min_length=1)]


class CaseFile(_Strict):
    """One file of cases; `half` puts all of them into one half, whatever their templates say."""

    language: str
    half: Half | None = None
    function: Annotated[list[Function], Field(min_length=1)]


def folder() -> Path:
    """Where the guard's data lies."""
    return repository() / "datasets" / "crisis"


def _read(path: Path, model: type[T]) -> T:
    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UserError(f"no file {path}", "See datasets/crisis/README.md.") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path}: {error}", "Mend the TOML there.") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UserError(
            f"{path}: {place}: {first['msg']} (found {first.get('input')!r})",
            "The format is described in datasets/crisis/README.md.",
        ) from None


def read_lexicon(path: Path) -> Lexicon:
    """Reads and validates one lexicon; raises `UserError` that names the place."""
    return _read(path, Lexicon)


def read_cases(path: Path) -> CaseFile:
    """Reads and validates one file of cases; raises `UserError` that names the place."""
    return _read(path, CaseFile)


def languages() -> list[str]:
    """The languages that have a lexicon, sorted."""
    return sorted(path.name.split(".")[1] for path in folder().glob("lexicon.*.toml"))
