"""Dataset manifests: `datasets/NAME.toml`, checked against a schema."""

import tomllib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harken_toolchain import paths
from harken_toolchain.errors import UserError

Split = Literal["train", "validation", "test"]


class File(BaseModel):
    """One file of a dataset and how its rows are read."""

    model_config = ConfigDict(extra="forbid")

    name: str
    url: str = Field(pattern=r"^https://")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    #: The splits that the file holds, by the name that the reader gives them.
    split: Split | None = None
    rows: int | None = Field(default=None, gt=0)


class Manifest(BaseModel):
    """A public dataset: where it comes from, what may be done with it, how it is read."""

    model_config = ConfigDict(extra="forbid")

    name: str
    title: str
    home: str
    licence: str
    #: Whether weights trained on it may be given away in an image by default.
    redistributable: bool
    citation: str
    notes: str = ""
    #: What a row's target is.
    target: Literal["label", "labels", "scored_label"]
    labels: list[str] = []
    #: A function in `harken_toolchain.data.readers`, and its settings.
    reader: str
    columns: dict[str, str | int] = {}
    settings: dict[str, str | int | bool | dict[str, str]] = {}
    file: list[File]


def names() -> list[str]:
    """The names of all datasets that have a manifest."""
    return sorted(path.stem for path in (paths.repository() / "datasets").glob("*.toml"))


def read(name: str) -> Manifest:
    """The manifest of dataset `name`.

    Raises:
        UserError: there is none of that name, or it breaks the schema.
    """
    path = paths.repository() / "datasets" / f"{name}.toml"
    if not path.is_file():
        raise UserError(f"no dataset '{name}'", f"There are: {', '.join(names())}.")
    try:
        return Manifest(name=name, **tomllib.loads(path.read_text()))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise UserError(f"{path}: {error}", "Mend the manifest.") from None
