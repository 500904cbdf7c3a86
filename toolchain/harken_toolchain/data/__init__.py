"""Public datasets: manifests, downloads, readers.

from harken_toolchain.data import load
data = load("emotion_dair")
data.labels, data.splits["train"][0].text
"""

from dataclasses import dataclass
from pathlib import Path

from harken_toolchain import paths
from harken_toolchain.data import fetch, manifest
from harken_toolchain.data.readers import READERS, Example
from harken_toolchain.errors import UserError

__all__ = ["Dataset", "Example", "load", "located"]


@dataclass(frozen=True)
class Dataset:
    """A dataset in memory: `splits` holds lists of `Example` under the names of the splits."""

    manifest: manifest.Manifest
    splits: dict[str, list[Example]]

    @property
    def labels(self) -> list[str]:
        return self.manifest.labels


def located(name: str) -> Path | None:
    """The folder that holds every file of dataset `name`, or None.

    `$HARKEN_DATA/NAME` is looked at first, then the cache.
    """
    files = manifest.read(name).file
    for folder in paths.data_folders():
        if all(fetch.located(folder / name, file) for file in files):
            return folder / name
    return None


def load(name: str) -> Dataset:
    """Reads dataset `name`, each file checked against its checksum.

    Raises:
        UserError: it is not there, or a file, column or row is not as the manifest says.
    """
    sheet = manifest.read(name)
    folder = located(name)
    if folder is None:
        raise UserError(
            f"dataset '{name}' is not on this machine",
            f"Run 'harken data get {name}', or set HARKEN_DATA to a folder that has it.",
        )
    splits: dict[str, list[Example]] = {}
    for file in sheet.file:
        rows = list(READERS[sheet.reader](sheet, file, fetch.content(folder, file)))
        if file.rows is not None and len(rows) != file.rows:
            raise UserError(f"{folder / file.name}: found {len(rows)} rows, wanted {file.rows}")
        for split, example in rows:
            splits.setdefault(split, []).append(example)
    return Dataset(sheet, splits)
