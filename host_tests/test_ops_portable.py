"""Every operator on CPython with the portable kernels, against tflite-micro."""

import pytest
from harken_toolchain.engine import compare, device
from harken_toolchain.engine.cases import make
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from op_cases import OPS, DataDraw, assert_equal, batch, verdicts

TARGET = device.Target("cpython", "portable")
#: Ops that read constants through the source.
READERS = ["CONV_2D", "DEPTHWISE_CONV_2D", "EMBEDDING_LOOKUP", "FULLY_CONNECTED", "GATHER"]
READERS += ["SVDF", "TRANSPOSE_CONV", "UNIDIRECTIONAL_SEQUENCE_LSTM"]

CALM = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}


def check(op: str, data: st.DataObject) -> None:
    case = make(op, DataDraw(data))
    [verdict] = compare.cases([case], TARGET)
    assert_equal([(case, verdict)])


@pytest.mark.parametrize("op", OPS)
@settings(max_examples=3, **CALM)
@given(data=st.data())
def test_equals_the_reference(op, data):
    check(op, data)


@pytest.mark.slow
@pytest.mark.parametrize("op", OPS)
@settings(max_examples=20, **CALM)
@given(data=st.data())
def test_equals_the_reference_often(op, data):
    check(op, data)


@pytest.mark.parametrize("source", ["memory", "partition"])
def test_every_source_gives_the_same(source):
    target = device.Target("cpython", "portable", source)
    for pairs in verdicts(batch(READERS, 3), target).values():
        assert_equal(pairs)
