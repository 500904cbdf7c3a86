"""The mapping of a model's labels to the eleven states: `datasets/dialogue/states.toml`."""

import tomllib
from collections.abc import Sequence

from harken_toolchain import paths
from harken_toolchain.errors import UserError

#: For each state, pairs (label index, weight).
Mapping = dict[str, list[tuple[int, float]]]


def mapping(dataset: str, labels: Sequence[str]) -> Mapping | None:
    """The mapping for the labels of `dataset`, None where the file has none.

    Raises:
        UserError: it names a label that the dataset does not have.
    """
    path = paths.repository() / "datasets" / "dialogue" / "states.toml"
    table = tomllib.loads(path.read_text()).get(dataset)
    if table is None:
        return None
    found: Mapping = {}
    for state, parts in table.items():
        for label in parts:
            if label not in labels:
                raise UserError(
                    f"{path}: {dataset}.{state} names the label '{label}'",
                    f"The labels are: {', '.join(labels)}.",
                )
        found[state] = [(labels.index(label), float(weight)) for label, weight in parts.items()]
    return found
