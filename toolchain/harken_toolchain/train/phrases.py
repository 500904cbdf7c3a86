"""The project's own phrases by intent: `datasets/NAME.toml`, split by families of paraphrases."""

import tomllib

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError

from harken_toolchain import paths
from harken_toolchain.data import Example
from harken_toolchain.errors import UserError

#: Families of an intent of which one stands in validation and one in test.
_OF = 10


class Intent(BaseModel):
    """One intent; each family is a list of phrasings of the same words."""

    model_config = ConfigDict(extra="forbid")

    families: list[list[str]] = Field(min_length=3)


class _Intents(RootModel[dict[str, Intent]]):
    pass


def read(name: str) -> dict[str, Intent]:
    """The intents of `datasets/NAME.toml`, for example "dialogue/intents.en".

    Raises:
        UserError: there is no such file, it breaks the schema, or a phrase stands in it twice.
    """
    path = paths.repository() / "datasets" / f"{name}.toml"
    try:
        intents = _Intents.model_validate(tomllib.loads(path.read_text())).root
    except FileNotFoundError:
        raise UserError(f"no {path}", "Name a file of phrases below datasets/.") from None
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise UserError(f"{path}: {error}", "Mend the file.") from None
    seen: dict[str, str] = {}
    for intent, found in intents.items():
        for phrase in (phrase for family in found.families for phrase in family):
            if phrase in seen:
                raise UserError(f"{path}: '{phrase}' stands in {seen[phrase]} and in {intent}")
            seen[phrase] = intent
    return intents


def load(name: str) -> tuple[list[str], dict[str, list[Example]]]:
    """Labels, and examples by split: of each `_OF` families one for validation, one for test.

    Which ones changes from intent to intent, so that no place in the file is favoured.
    """
    intents = read(name)
    splits: dict[str, list[Example]] = {"train": [], "validation": [], "test": []}
    for label, intent in enumerate(intents.values()):
        every = min(len(intent.families), _OF)
        special = {label % every: "test", (label + 1) % every: "validation"}
        for i, family in enumerate(intent.families):
            rows = [Example(phrase, label) for phrase in family]
            splits[special.get(i % every, "train")] += rows
    return list(intents), splits
