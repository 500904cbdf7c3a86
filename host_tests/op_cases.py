"""What the tests of the operators share: drawing by hypothesis, batches by seed, verdicts."""

from collections import Counter

from harken_toolchain.engine import compare, device, graph
from harken_toolchain.engine.cases import Case, make, makers
from harken_toolchain.engine.draw import Draw
from hypothesis import strategies as st

OPS = sorted(makers())

#: Ops that compute with floats or 16-bit integers in plain Python, which allocates; the same ops
#: on int8 and int32 allocate nothing.
PLAIN = {"ADD", "SUB", "MUL", "SQUARED_DIFFERENCE", "MAXIMUM", "MINIMUM", "MEAN", "SUM"}
PLAIN |= {"REDUCE_MAX", "ARG_MAX", "CAST", "L2_NORMALIZATION", "DEQUANTIZE"}
PLAIN |= {"RELU", "RELU6", "LEAKY_RELU", "HARD_SWISH", "RSQRT"}


class DataDraw(Draw):
    """A `Draw` that hypothesis steers and shrinks."""

    def __init__(self, data: st.DataObject):
        self._data = data

    def integer(self, low: int, high: int) -> int:
        return self._data.draw(st.integers(low, high))


def batch(ops: list[str], count: int) -> list[Case]:
    """`count` cases of each op, the same ones every time."""
    return [make(op, Draw([seed, OPS.index(op)])) for op in ops for seed in range(count)]


def verdicts(cases: list[Case], target: device.Target) -> dict[str, list]:
    """(case, verdict) pairs by op."""
    found: dict[str, list] = {}
    for case, verdict in zip(cases, compare.cases(cases, target), strict=True):
        found.setdefault(case.op, []).append((case, verdict))
    return found


def assert_equal(pairs: list) -> None:
    """Every element of every case equals tflite-micro's."""
    skipped = [verdict.skipped for _, verdict in pairs if verdict.skipped]
    assert not skipped, f"tflite-micro refused {len(skipped)} cases: {skipped[0]}"
    wrong = [f"{verdict} ({case.note})" for case, verdict in pairs if not verdict.good]
    assert not wrong, f"{len(wrong)} of {len(pairs)} cases differ, the first: {wrong[0]}"


def assert_no_allocation(pairs: list) -> None:
    """No `invoke` behind the first took memory from the heap."""
    for case, verdict in pairs:
        read = graph.read(case.model)
        kinds = Counter(tensor.dtype for tensor in read.tensors)
        names = {op.name for op in read.ops}
        if names & PLAIN and (kinds["float32"] or kinds["int16"]):
            continue
        assert not verdict.result.alloc, f"{verdict.result.alloc} bytes in invoke(): {case.note}"
