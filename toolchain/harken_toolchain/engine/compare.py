"""Compares the device's outputs with tflite-micro's, element by element and bit by bit."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from harken_toolchain.engine import device, reference
from harken_toolchain.engine.cases import Case


@dataclass
class Difference:
    """The first element that differs."""

    sample: int
    output: int
    index: tuple[int, ...]
    wanted: float
    found: float

    def __str__(self) -> str:
        place = f"sample {self.sample}, output {self.output}, element {list(self.index)}"
        return f"{place}: wanted {self.wanted}, found {self.found}"


@dataclass
class Verdict:
    """What a comparison found.

    Attributes:
        compared: elements compared, for each output.
        mismatches: elements that differ, for each output.
        largest: the largest absolute difference, for each output.
        first: the first difference, or None.
        refused: what the device said when it did not run the model.
        skipped: what tflite-micro said when it did not run the model.
        result: what the device reported besides.
    """

    compared: list[int] = field(default_factory=list)
    mismatches: list[int] = field(default_factory=list)
    largest: list[float] = field(default_factory=list)
    first: Difference | None = None
    refused: str = ""
    skipped: str = ""
    result: device.Result | None = None

    @property
    def good(self) -> bool:
        """Whether the device gave every element as wanted."""
        return not self.refused and not any(self.mismatches)

    def __str__(self) -> str:
        if self.refused:
            return f"the device refused: {self.refused}"
        return str(self.first) if self.first else f"{sum(self.compared)} elements equal"


def bits(values: np.ndarray) -> np.ndarray:
    """The values as integers that are equal only where every bit is."""
    flat = np.ascontiguousarray(values)
    if flat.dtype.kind == "f":
        return flat.view(f"i{flat.dtype.itemsize}")
    return flat.astype(np.int64)


def outputs(wanted: Sequence[Sequence], found: Sequence[Sequence]) -> Verdict:
    """Compares the outputs of all samples."""
    count = len(wanted[0]) if wanted else 0
    verdict = Verdict([0] * count, [0] * count, [0.0] * count)
    for sample, (left, right) in enumerate(zip(wanted, found, strict=True)):
        for place, (one, two) in enumerate(zip(left, right, strict=True)):
            _compare(verdict, sample, place, np.asarray(one), np.asarray(two).reshape(one.shape))
    return verdict


def _compare(verdict: Verdict, sample: int, place: int, one: np.ndarray, two: np.ndarray) -> None:
    verdict.compared[place] += one.size
    different = bits(one) != bits(two)
    if not different.any():
        return
    verdict.mismatches[place] += int(different.sum())
    gap = np.abs(one.astype(float) - two.astype(float))
    largest = max(verdict.largest[place], float(np.nan_to_num(gap, nan=np.inf).max()))
    verdict.largest[place] = largest
    if verdict.first is None:
        index = tuple(int(i) for i in np.argwhere(different)[0])
        verdict.first = Difference(sample, place, index, one[index].item(), two[index].item())


def cases(drawn: Sequence[Case], target: device.Target) -> list[Verdict]:
    """The verdict on each case; the device runs them all in one go."""
    truth: list[list | str] = []
    for case in drawn:
        try:
            truth.append(reference.shared().run(case.model, case.samples))
        except reference.ReferenceFailure as failure:
            truth.append(str(failure))
    found = device.run([device.Job(case.model, case.samples) for case in drawn], target)
    return [_verdict(wanted, result) for wanted, result in zip(truth, found, strict=True)]


def _verdict(wanted: list | str, result: device.Result) -> Verdict:
    if isinstance(wanted, str):
        return Verdict(skipped=wanted, refused="", result=result)
    if result.error:
        return Verdict(refused=result.error, result=result)
    verdict = outputs(wanted, result.outputs)
    verdict.result = result
    return verdict
