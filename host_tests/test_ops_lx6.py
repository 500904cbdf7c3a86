"""Every operator and model with the LX6 kernels, emulated, against tflite-micro."""

import shutil

import pytest
from harken_toolchain.engine import compare, device, zoo
from harken_toolchain.lx6 import qemu
from op_cases import OPS, assert_equal, batch, verdicts
from test_models_whole import model_case

pytestmark = pytest.mark.skipif(
    not shutil.which("qemu-xtensa"), reason="qemu-xtensa is not installed"
)
#: Ops with machine code of their own; the others run the portable kernels here.
OWN = ["ADD", "MUL", "FULLY_CONNECTED", "CONV_2D", "DEPTHWISE_CONV_2D", "BATCH_MATMUL", "MEAN"]
OWN += ["SOFTMAX", "MAX_POOL_2D", "AVERAGE_POOL_2D", "UNIDIRECTIONAL_SEQUENCE_LSTM"]
TARGET = device.Target("cpython", "lx6")


@pytest.fixture(scope="module")
def few():
    return verdicts(batch(OWN, 2), TARGET)


@pytest.mark.parametrize("op", OWN)
def test_equals_the_reference(op, few):
    assert_equal(few[op])


def test_machine_code_is_what_runs(monkeypatch):
    """The sets stand in for each other silently, so this counts calls of the emulator."""
    calls = []
    plain = qemu.Machine.call
    monkeypatch.setattr(
        qemu.Machine, "call", lambda self, *rest: calls.append(1) or plain(self, *rest)
    )
    assert_equal(verdicts(batch(["FULLY_CONNECTED"], 2), TARGET)["FULLY_CONNECTED"])
    assert calls


@pytest.mark.slow
@pytest.mark.parametrize("name", zoo.names())
def test_models_equal_the_reference(name):
    [verdict] = compare.cases([model_case(name, 2)], TARGET)
    assert verdict.good, str(verdict)


@pytest.mark.slow
def test_equals_the_reference_often():
    for pairs in verdicts(batch(OPS, 4), TARGET).values():
        assert_equal(pairs)
