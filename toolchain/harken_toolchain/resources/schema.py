"""What `datasets/crisis/resources.toml` may contain, and how it is read."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from harken_toolchain.errors import UserError
from harken_toolchain.paths import repository

#: A confirmed line needs lists of this many families, the newest no older than `FRESH_DAYS`.
FAMILIES, FRESH_DAYS = 2, 365

_TIME = r"([01][0-9]|2[0-4]):[0-5][0-9]"
_DAYS = r"[1-7](-[1-7])?(,[1-7](-[1-7])?)*"
Code = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
#: What can be dialled: digits and separators, an extension or an option in brackets.
Number = Annotated[str, Field(pattern=r"^[0-9*+][0-9 ()*+-]*( ?\((ext\.|option) [0-9]\))?$")]
Emergency = Annotated[str, Field(pattern=r"^[0-9]{2,5}$")]
Hours = Annotated[str, Field(pattern=rf"^(24/7|{_TIME}-{_TIME}( {_DAYS})?)?$")]
Plain = Annotated[str, Field(pattern=r"^[^\t\n]+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Source(_Strict):
    """A list of numbers, stored when the entries were compared with it."""

    id: str
    family: str
    title: str
    url: str
    stored: str
    date: date


class Line(_Strict):
    """One helpline."""

    name: Plain
    phone: Number | None = None
    text: Plain | None = None
    hours: Hours
    languages: Annotated[list[Language], Field(min_length=1)]
    url: Annotated[str, Field(pattern=r"^https?://")]
    confirmed: bool
    sources: Annotated[list[str], Field(min_length=1)]
    checked: date

    @model_validator(mode="after")
    def _can_be_reached(self) -> "Line":
        if not (self.phone or self.text):
            raise ValueError(f"{self.name}: neither phone nor text")
        return self


class Country(_Strict):
    """A country's emergency numbers and helplines."""

    code: Code
    name: Plain
    languages: Annotated[list[Language], Field(min_length=1)]
    emergency: Emergency
    police: Emergency | None = None
    sources: Annotated[list[str], Field(min_length=1)]
    checked: date
    line: list[Line] = []


class International(_Strict):
    """What is shown where no country or no confirmed line is known."""

    directory: Plain
    second: Plain
    emergency: Emergency
    note: str
    sources: Annotated[list[str], Field(min_length=1)]
    checked: date


class Resources(_Strict):
    """The whole file."""

    international: International
    source: Annotated[list[Source], Field(min_length=1)]
    country: Annotated[list[Country], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_consistent(self) -> "Resources":
        codes = [country.code for country in self.country]
        if codes != sorted(set(codes)):
            raise ValueError("country codes must be sorted and appear once")
        known = {source.id: source for source in self.source}
        entries: list[Country | Line] = [*self.country]
        entries += [line for country in self.country for line in country.line]
        for entry in entries:
            for name in entry.sources:
                if name not in known:
                    raise ValueError(f"{entry.name}: source {name!r} is not listed")
            if isinstance(entry, Line) and entry.confirmed and not _confirmed(entry, known):
                raise ValueError(
                    f"{entry.name}: confirmed by {entry.sources}; wanted {FAMILIES} families of "
                    f"sources, the newest within {FRESH_DAYS} days of {entry.checked}"
                )
        return self


def _confirmed(line: Line, known: dict[str, Source]) -> bool:
    """Whether a line's sources are enough to call it confirmed."""
    sources = [known[name] for name in line.sources]
    newest = max(source.date for source in sources)
    families = {source.family for source in sources}
    return len(families) >= FAMILIES and (line.checked - newest).days <= FRESH_DAYS


def folder() -> Path:
    """Where the data of the crisis answers lie."""
    return repository() / "datasets" / "crisis"


def read(path: Path | None = None) -> Resources:
    """Reads and checks `resources.toml`.

    Raises:
        UserError: the file is missing, no TOML, or breaks the schema; every mistake is named.
    """
    path = path or folder() / "resources.toml"
    try:
        return Resources.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UserError(f"no {path}", "Run this inside a checkout of Harken.") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path} is not TOML: {error}", "Mend the line that it names.") from error
    except ValidationError as error:
        raise UserError(f"{path}: {_mistakes(error)}", "See the head of the file.") from error


def _mistakes(error: ValidationError) -> str:
    """Every mistake with its place, on lines of their own."""
    rows = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
    return "\n".join(rows)
