"""Random shapes, parameters and values for test cases, extremes included.

Everything is derived from `integer`, so that hypothesis can steer (and shrink) a case by
overriding that one method, while `harken bench engine` draws the same cases from a seed.
"""

from collections.abc import Sequence
from math import prod
from typing import Any, TypeVar

import numpy as np

from harken_toolchain.engine.dtypes import NUMPY, SCHEMA

T = TypeVar("T")

#: float32 keeps 24 bits: mantissas are drawn in steps of 2**-23.
_MANTISSA = 1 << 23


class Draw:
    """Draws from a seed."""

    def __init__(self, seed: int | Sequence[int]):
        self._random = np.random.default_rng(seed)

    def integer(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, both included."""
        return int(self._random.integers(low, high, endpoint=True))

    def flag(self) -> bool:
        """True or False."""
        return bool(self.integer(0, 1))

    def choice(self, options: Sequence[T]) -> T:
        """One of `options`."""
        return options[self.integer(0, len(options) - 1)]

    def shape(self, low: int = 1, high: int = 4, elements: int = 240) -> list[int]:
        """A shape of `low` to `high` dimensions with at most `elements` elements."""
        rank, left, sizes = self.integer(low, high), elements, []
        for _ in range(rank):
            sizes.append(self.integer(1, max(1, min(9, left))))
            left //= sizes[-1]
        return [sizes[index] for index in self.order(rank)]

    def order(self, count: int) -> list[int]:
        """The numbers from 0 to `count` - 1 in some order."""
        left, found = list(range(count)), []
        while left:
            found.append(left.pop(self.integer(0, len(left) - 1)))
        return found

    def scale(self, low: int = -12, high: int = 3) -> float:
        """A float32 scale between 2**low and 2**(high + 1); a power of two now and then."""
        mantissa = 0 if self.integer(0, 7) == 0 else self.integer(0, _MANTISSA - 1)
        return float(np.float32(np.ldexp(1 + mantissa / _MANTISSA, self.integer(low, high))))

    def zero_point(self, dtype: str = "int8") -> int:
        """A zero point; 0 for types that have none, else an end of the range now and then."""
        if dtype != "int8":
            return 0
        return self.choice([0, -128, 127, self.integer(-128, 127), self.integer(-128, 127)])

    def quantisation(self, dtype: str = "int8", low: int = -12, high: int = 3) -> dict[str, Any]:
        """`scale` and `zero_point` of a tensor; empty for types without quantisation."""
        if dtype not in ("int8", "int16"):
            return {}
        return {"scale": self.scale(low, high), "zero_point": self.zero_point(dtype)}

    def array(self, shape: Sequence[int], dtype: str = "int8") -> np.ndarray:
        """Values over the whole range of `dtype`, with many of its extremes."""
        random = np.random.default_rng(self.integer(0, 1 << 31))
        kind = NUMPY[SCHEMA[np.dtype(dtype).name]]
        if dtype == "float32":
            return _floats(random, shape)
        if dtype == "bool":
            return random.integers(0, 2, shape).astype(kind)
        low, high = np.iinfo(kind).min, np.iinfo(kind).max
        values = random.integers(low, high, shape, dtype=kind, endpoint=True)
        ends = random.choice(np.array([low, low + 1, -1, 0, 1, high], kind), shape)
        return np.where(random.random(shape) < 0.15, ends, values).astype(kind)

    def indices(self, shape: Sequence[int], bound: int) -> np.ndarray:
        """int32 values from 0 to `bound` - 1, each as likely."""
        random = np.random.default_rng(self.integer(0, 1 << 31))
        return random.integers(0, bound, shape, dtype=np.int32)

    def broadcast(self, shape: Sequence[int]) -> list[int]:
        """A shape that broadcasts to `shape`: some sizes become 1, leading ones may go."""
        kept = [size if self.integer(0, 2) else 1 for size in shape]
        while kept and kept[0] == 1 and self.flag():
            kept.pop(0)
        return kept


def _floats(random: np.random.Generator, shape: Sequence[int]) -> np.ndarray:
    """Values over many orders of magnitude, with zeros and halves."""
    count = prod(shape)
    values = random.normal(size=count) * 10.0 ** random.integers(-3, 3, count)
    ends = random.choice([0.0, -0.0, 0.5, -0.5, 1.5, -2.5, 6.0], count)
    return np.where(random.random(count) < 0.2, ends, values).astype(np.float32).reshape(shape)
