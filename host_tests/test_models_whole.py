"""Whole models of many kinds, on both kernel sets, against tflite-micro; their arenas."""

import numpy as np
import pytest
from harken_toolchain import paths
from harken_toolchain.engine import compare, device, graph, inputs, reference, zoo
from harken_toolchain.engine.cases import Case

FOLDER = paths.repository() / zoo.FOLDER
#: The largest share of tflite-micro's own minimum that an arena may take.
ARENA_SHARE = 1.05
#: A board has no block of memory above this, in bytes.
LARGEST_BLOCK = 16384


def model_case(name: str, count: int) -> Case:
    model = (FOLDER / f"{name}.tflite").read_bytes()
    return Case(name, model, inputs.random(graph.read(model), count, seed=3))


@pytest.fixture(scope="module")
def on_viper(runtime):
    """(case, verdict) of every model, from one MicroPython process."""
    cases = [model_case(name, 3) for name in zoo.names()]
    found = compare.cases(cases, device.Target("micropython", "viper"))
    return dict(zip(zoo.names(), zip(cases, found, strict=True), strict=True))


@pytest.mark.parametrize("name", zoo.names())
def test_portable_equals_the_reference(name):
    [verdict] = compare.cases([model_case(name, 2)], device.Target("cpython", "portable"))
    assert not verdict.skipped
    assert verdict.good, str(verdict)


@pytest.mark.micropython
@pytest.mark.parametrize("name", zoo.names())
def test_viper_equals_the_reference(name, on_viper):
    _, verdict = on_viper[name]
    assert not verdict.skipped
    assert verdict.good, str(verdict)


@pytest.mark.micropython
@pytest.mark.parametrize("name", zoo.names())
def test_invoke_allocates_nothing(name, on_viper):
    assert on_viper[name][1].result.alloc == 0


@pytest.mark.micropython
@pytest.mark.parametrize("name", zoo.names())
def test_arena_is_no_larger_than_the_references(name, on_viper):
    case, verdict = on_viper[name]
    assert verdict.result.arena <= ARENA_SHARE * reference.shared().arena_minimum(case.model)
    assert verdict.result.largest <= LARGEST_BLOCK


@pytest.mark.parametrize("name", zoo.names())
def test_outputs_depend_on_the_inputs(name):
    """A model that always says the same would prove nothing."""
    case = model_case(name, 6)
    rows = reference.shared().run(case.model, case.samples)
    assert any(not np.array_equal(rows[0][0], row[0]) for row in rows[1:])


def test_the_streaming_model_keeps_state():
    case = model_case("streaming", 4)
    once = reference.shared().run(case.model, case.samples)
    alone = [reference.shared().run(case.model, [sample])[0] for sample in case.samples]
    assert any(
        not np.array_equal(one[0], other[0]) for one, other in zip(once[1:], alone[1:], strict=True)
    )


def test_the_streaming_model_is_as_committed():
    assert (FOLDER / "streaming.tflite").read_bytes() == zoo.streaming()


@pytest.mark.slow
@pytest.mark.parametrize("name", zoo.names())
def test_portable_equals_the_reference_often(name):
    [verdict] = compare.cases([model_case(name, 20)], device.Target("cpython", "portable"))
    assert verdict.good, str(verdict)


@pytest.mark.slow
@pytest.mark.micropython
def test_viper_equals_the_reference_often(runtime):
    cases = [model_case(name, 20) for name in zoo.names()]
    for name, verdict in zip(
        zoo.names(), compare.cases(cases, device.Target("micropython", "viper")), strict=True
    ):
        assert verdict.good, f"{name}: {verdict}"
