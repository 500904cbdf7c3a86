"""Every operator with the LX6 kernels, against tflite-micro.

The interpreter runs on CPython, the machine code of the shipped files under qemu-xtensa. Operators
without machine code run on the portable kernels here; a few of each show that the sets mix.
"""

import pytest
from harken_toolchain.engine import device
from harken_toolchain.lx6 import qemu
from op_cases import OPS, assert_equal, batch, verdicts

pytestmark = pytest.mark.skipif(not qemu.available(), reason="qemu-xtensa is not installed")
_TARGET = device.Target("cpython", "lx6")
#: Operators that run machine code.
_NATIVE = [
    "ADD",
    "AVERAGE_POOL_2D",
    "BATCH_MATMUL",
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "FULLY_CONNECTED",
    "MAX_POOL_2D",
    "MEAN",
    "MUL",
    "REDUCE_MAX",
    "SOFTMAX",
    "SUB",
    "SUM",
    "UNIDIRECTIONAL_SEQUENCE_LSTM",
]


@pytest.fixture(scope="module")
def few():
    return verdicts(batch(_NATIVE, 5), _TARGET)


@pytest.fixture(scope="module")
def many():
    found = verdicts([c for c in batch(OPS, 4) if c.op not in _NATIVE], _TARGET)
    return found | verdicts(batch(_NATIVE, 60), _TARGET)


@pytest.mark.parametrize("op", _NATIVE)
def test_equals_the_reference(op, few):
    assert_equal(few[op])


@pytest.mark.slow
@pytest.mark.parametrize("op", OPS)
def test_equals_the_reference_often(op, many):
    assert_equal(many[op])
