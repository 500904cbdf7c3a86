"""The figures of the engine: whole models, single operators, damaged models."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from harken_toolchain import paths
from harken_toolchain.engine import compare, device, graph, inputs, reference, zoo
from harken_toolchain.engine.cases import Case, make, makers
from harken_toolchain.engine.draw import Draw

_SEED = 11
_SAMPLES = 5
#: Cases that one MicroPython process runs.
_BATCH = 100


@dataclass
class ModelFigures:
    """A model: our arena and tflite-micro's smallest one in bytes, elements that differ, MACs.

    `tflm_planned` is the part of tflite-micro's arena that holds tensors and scratch, as all of
    ours does; the rest of its arena is the graph.
    """

    name: str
    arena: int
    tflm_arena: int
    tflm_planned: int
    mismatches: int
    macs: int

    @property
    def share(self) -> float:
        """Our arena over tflite-micro's."""
        return self.arena / self.tflm_arena


@dataclass
class OpFigures:
    """Cases of single operators: how many were run, how many gave anything but equal outputs."""

    tested: int = 0
    mismatches: int = 0


def model_files() -> list[Path]:
    """The test models and the released ones."""
    root = paths.repository()
    return [root / zoo.FOLDER / f"{name}.tflite" for name in zoo.names()] + sorted(
        (root / "models").glob("*/*.tflite")
    )


def models(target: device.Target) -> Iterator[ModelFigures]:
    """The figures of every model; a model that one side refuses counts every element."""
    for path in model_files():
        content = path.read_bytes()
        read = graph.read(content, str(path))
        case = Case(path.stem, content, inputs.random(read, _SAMPLES, _SEED))
        [verdict] = compare.cases([case], target)
        every = _SAMPLES * sum(tensor.count for tensor in read.outputs)
        ran = not (verdict.refused or verdict.skipped)
        yield ModelFigures(
            path.stem,
            verdict.result.arena if verdict.result else 0,
            reference.shared().arena_minimum(content),
            reference.shared().planned(content, case.samples[0]),
            sum(verdict.mismatches) if ran else every,
            read.macs,
        )


def ops(
    target: device.Target, count: int, advance: Callable[[int], None] = lambda done: None
) -> OpFigures:
    """Runs `count` random cases of each operator."""
    figures = OpFigures()
    drawn = [
        make(op, Draw([_SEED, place, number]))
        for place, op in enumerate(makers())
        for number in range(count)
    ]
    for start in range(0, len(drawn), _BATCH):
        part = drawn[start : start + _BATCH]
        for verdict in compare.cases(part, target):
            if not verdict.skipped:
                figures.tested += 1
                figures.mismatches += not verdict.good
        advance(len(part))
    return figures


def as_dict(found: list[ModelFigures], single: OpFigures, mutants: dict[str, int]) -> dict:
    """What `harken bench engine --json` prints."""
    rows = [asdict(one) for one in found]
    for row in rows:
        del row["tflm_planned"]
    return {"models": rows, "ops": asdict(single), "mutants": mutants}
