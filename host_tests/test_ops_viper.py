"""Every operator under 32-bit MicroPython with the viper kernels, against tflite-micro.

All cases run in one MicroPython process: a fixture runs them, the tests look at the verdicts.
"""

import pytest
from harken_toolchain.engine import device
from op_cases import OPS, assert_equal, assert_no_allocation, batch, verdicts

pytestmark = pytest.mark.micropython


@pytest.fixture(scope="module")
def few(runtime):
    return verdicts(batch(OPS, 3), device.Target("micropython", "viper"))


@pytest.fixture(scope="module")
def many(runtime):
    return verdicts(batch(OPS, 15), device.Target("micropython", "viper"))


@pytest.mark.parametrize("op", OPS)
def test_equals_the_reference(op, few):
    assert_equal(few[op])


@pytest.mark.parametrize("op", OPS)
def test_invoke_allocates_nothing(op, few):
    assert_no_allocation(few[op])


@pytest.mark.slow
@pytest.mark.parametrize("op", OPS)
def test_equals_the_reference_often(op, many):
    assert_equal(many[op])
    assert_no_allocation(many[op])


@pytest.mark.slow
def test_portable_kernels_under_micropython_give_the_same(runtime):
    found = verdicts(batch(OPS, 4), device.Target("micropython", "portable", "partition"))
    for pairs in found.values():
        assert_equal(pairs)
