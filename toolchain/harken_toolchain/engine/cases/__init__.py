"""Test cases: for each op a function that draws a model of this one op, and its inputs.

A module here holds a family of ops; `@case("NAME")` registers a function. Adding an op is
adding a function.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from harken_toolchain.engine.draw import Draw


@dataclass
class Case:
    """One model with the inputs that it is run with.

    Attributes:
        op: the op under test, for example "ADD".
        model: a .tflite file.
        samples: for each run its inputs.
        note: the parameters in words, shown when the case fails.
    """

    op: str
    model: bytes
    samples: list[list[np.ndarray]]
    note: str = ""


Maker = Callable[[Draw], Case]
_MAKERS: dict[str, list[Maker]] = {}


def case(*names: str) -> Callable[[Callable], Callable]:
    """Registers `maker(draw, op)` for each op in `names`."""

    def register(maker: Callable[..., Case]) -> Callable:
        for name in names:
            _MAKERS.setdefault(name, []).append(partial(maker, op=name))
        return maker

    return register


@cache
def makers() -> dict[str, list[Maker]]:
    """Every registered maker, by op."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_MAKERS.items()))


def make(op: str, draw: Draw) -> Case:
    """One case of `op`."""
    return draw.choice(makers()[op])(draw)
