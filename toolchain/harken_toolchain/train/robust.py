"""Robustness and fairness of a released text model: how often its answer changes."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from harken_toolchain import paths
from harken_toolchain.train.augment import typo

#: Ways to write a text otherwise, which should not change what is told of it.
Perturbation = Callable[[str, np.random.Generator], str]

_DIALECT = {
    "you": "u",
    "are": "r",
    "because": "cuz",
    "going": "goin",
    "feeling": "feelin",
    "color": "colour",
    "favorite": "favourite",
    "with": "wit",
    "the": "da",
    "something": "sumthin",
    "really": "rly",
    "people": "ppl",
    "about": "bout",
    "want to": "wanna",
    "nothing": "nuthin",
}


def _typo(text: str, random: np.random.Generator) -> str:
    return " ".join(typo(text.split(), [], random))


def _no_marks(text: str, random: np.random.Generator) -> str:
    return "".join(char for char in text if char.isalnum() or char.isspace())


def _dialect(text: str, random: np.random.Generator) -> str:
    return " ".join(_DIALECT.get(word, word) for word in text.split())


PERTURBATIONS: dict[str, Perturbation] = {
    "typo": _typo,
    "no_punctuation": _no_marks,
    "capitals": lambda text, random: text.upper(),
    "exclamation": lambda text, random: text + "!!!",
    "emoji": lambda text, random: text + " \N{UPSIDE-DOWN FACE}",
    "dialect": _dialect,
}


def perturbed(name: str, texts: Sequence[str]) -> list[str]:
    """The texts after one perturbation, with fixed random numbers."""
    random = np.random.default_rng(7)
    return [PERTURBATIONS[name](text, random) for text in texts]


@dataclass(frozen=True)
class Swap:
    """The identity-term swap test: templates, and the terms that are put into each."""

    templates: list[str]
    terms: list[str]

    def texts(self) -> list[str]:
        """Every template with every term; the terms of a template follow one another."""
        return [template.replace("{}", term) for template in self.templates for term in self.terms]

    def changed(self, outputs: np.ndarray) -> float:
        """Share of the texts whose best label is not the most frequent one of its template."""
        best = outputs.argmax(1).reshape(len(self.templates), len(self.terms))
        usual = [np.bincount(row).argmax() for row in best]
        return float((best != np.array(usual)[:, None]).mean())


def swap_test() -> Swap:
    """The swap test of `datasets/dialogue/fairness.en.toml`."""
    path = paths.repository() / "datasets" / "dialogue" / "fairness.en.toml"
    return Swap(**tomllib.loads(path.read_text()))
