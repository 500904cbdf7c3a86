"""What a model costs on the LX6 kernels, counted in the emulator; whole models on them."""

import json
from random import Random

import pytest
from harken_toolchain import paths
from harken_toolchain.engine import compare, device, graph, inputs, zoo
from harken_toolchain.engine.cases import Case
from harken_toolchain.lx6 import bench, calls, cost, qemu
from typer.testing import CliRunner

pytestmark = pytest.mark.skipif(not qemu.available(), reason="qemu-xtensa is not installed")
FOLDER = paths.repository() / zoo.FOLDER


@pytest.fixture(scope="module")
def counts(tmp_path_factory):
    return cost.Counts(tmp_path_factory.mktemp("counts") / "counts.json")


@pytest.mark.parametrize("kernel", ["dense", "conv"])
def test_many_rows_cost_what_few_rows_say(kernel):
    data = calls.Data(Random(3))
    call = (
        calls.dense(data, 40, 20)
        if kernel == "dense"
        else calls.conv(data, (4, 5, 6), (4, 5), 20, calls.Window((3, 3), padding=(1, 1)))
    )
    code = bench.kernels()[kernel]
    told = cost._measure(kernel, code, tuple(call.arguments))
    assert told == pytest.approx(qemu.count(code, *call.arguments), rel=0.01)


def test_same_sizes_are_counted_once(counts, monkeypatch):
    code = bench.kernels()["dense"]
    one, two = (calls.dense(calls.Data(Random(seed)), 24, 8) for seed in (1, 2))
    first = counts.get("dense", code, tuple(one.arguments))
    monkeypatch.setattr(qemu, "count", None)
    assert counts.get("dense", code, tuple(two.arguments)) == first
    counts.save()
    assert cost.Counts(counts._path).get("dense", code, tuple(one.arguments)) == first


def test_operators_of_a_model(counts):
    model = (FOLDER / "lstm.tflite").read_bytes()
    found = cost.measure(model, counts)
    read = graph.read(model)
    assert set(found) == {op.index for op in read.ops}
    for op in read.ops:
        if op.macs:
            assert op.macs < found[op.index].instructions < 20 * op.macs
        assert found[op.index].opcodes >= 0
    lstm = found[0]
    assert lstm.calls > 1 and lstm.python == lstm.opcodes * cost.PER_OPCODE > 0


def test_profile_tells_counted_from_estimated(monkeypatch, tmp_path):
    from harken_toolchain import cli

    monkeypatch.setenv("HARKEN_CACHE", str(tmp_path))
    arguments = ["profile", str(FOLDER / "lstm.tflite"), "--board", "esp32_wroom32", "--json"]
    said = CliRunner().invoke(cli.build(), arguments)
    assert said.exit_code == 0, said.output
    told = json.loads(said.stdout)
    kinds = {layer["op"]: layer["counted"] for layer in told["layers"]}
    assert kinds["UNIDIRECTIONAL_SEQUENCE_LSTM"] and not kinds["STRIDED_SLICE"]
    assert 0 < told["python_instructions"] < told["instructions"]


@pytest.mark.slow
@pytest.mark.parametrize("name", zoo.names())
def test_whole_models_equal_the_reference(name):
    model = (FOLDER / f"{name}.tflite").read_bytes()
    case = Case(name, model, inputs.random(graph.read(model), 1, seed=5))
    [verdict] = compare.cases([case], device.Target("cpython", "lx6"))
    assert not verdict.skipped
    assert verdict.good, str(verdict)
