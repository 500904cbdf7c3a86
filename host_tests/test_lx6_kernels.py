"""The shipped LX6 code, run under qemu-xtensa, against numpy and the portable kernels."""

import importlib
from random import Random

import numpy as np
import pytest
from harken_toolchain.lx6 import bench, build, calls, mpy, qemu

pytestmark = pytest.mark.skipif(not qemu.available(), reason="qemu-xtensa is not installed")
_OK = 1  # the small integer 0
_ROUNDS = 60


@pytest.fixture(scope="module")
def machine():
    with qemu.Machine() as started:
        yield started


@pytest.fixture(scope="module")
def code():
    return bench.kernels()


def _int8(buffer, at, shape):
    return np.frombuffer(bytes(buffer), np.int8)[at : at + int(np.prod(shape))].reshape(shape)


def _rescale(total, multiplier, shift):
    """gemmlowp's double rounding on numpy's 64-bit integers."""
    total = total.astype(np.int32).astype(np.int64)
    left, right = np.maximum(shift, 0), np.maximum(-shift, 0)
    total = (total << left).astype(np.int32).astype(np.int64)
    total = (total * multiplier + (1 << 30)) >> 31
    half = np.where(right > 0, 1 << np.maximum(right - 1, 0), 0)
    return np.where(right > 0, (total - (total < 0) + half) >> right, total)


def _finished(p, total, first):
    """int8 of accumulators (..., outputs) from output `first` on, with p's tables."""
    outputs = np.arange(first, first + total.shape[-1])
    values = np.array(p, np.int64)
    total = (total + values[p[14] + outputs]).astype(np.int32)
    done = _rescale(total, values[p[15] + outputs * p[13]], values[p[16] + outputs * p[13]])
    return np.clip(done + p[10], p[11], p[12]).astype(np.int8)


def _run(machine, code, call):
    assert machine.call(code[call.kernel], *call.arguments) == _OK


def _dense_case(random, extreme):
    depth = random.choice((1, 2, 3, 4, 5, 15, 16, 17, 20, 32, 63, 100))
    outputs = random.randint(1, 9)
    first = random.randint(0, outputs - 1)
    rows = random.randint(1, outputs - first)
    data = calls.Data(random, extreme, random.random() < 0.5, random.randint(0, 5))
    return calls.dense(data, depth, outputs, random.randint(1, 3), first, rows)


@pytest.mark.parametrize("extreme", [0, 1, 2])
def test_dense_equals_numpy(machine, code, extreme):
    random = Random(extreme)
    for _ in range(_ROUNDS):
        call = _dense_case(random, extreme)
        p, x, w, y, _ = call.arguments
        first, rows, depth, batches, outputs = p[0], p[1], p[2], p[6], p[7]
        total = (_int8(x, p[3], (batches, depth)).astype(np.int64) + p[8]) @ _int8(
            w, p[4], (rows, depth)
        ).astype(np.int64).T
        wanted = _int8(y, p[5], (batches, outputs)).copy()
        wanted[:, first : first + rows] = _finished(p, total, first)
        _run(machine, code, call)
        assert np.array_equal(_int8(y, p[5], (batches, outputs)), wanted)


def _window(random):
    def pair(low, high):
        return random.randint(low, high), random.randint(low, high)

    size = (3, 3) if random.random() < 0.3 else pair(1, 4)
    return calls.Window(size, pair(1, 3), pair(1, 2), pair(0, 3))


def _conv_case(random, extreme):
    outputs = random.randint(1, 6)
    first = random.randint(0, outputs - 1)
    x = random.randint(1, 7), random.randint(1, 7), random.randint(1, 9)
    y = random.randint(1, 5), random.randint(1, 5)
    data = calls.Data(random, extreme, random.random() < 0.5, random.randint(0, 4))
    rows, room = random.randint(1, outputs - first), random.choice((0, 1000, 6144))
    return calls.conv(data, x, y, outputs, _window(random), random.randint(1, 2), first, rows, room)


def _depthwise_case(random, extreme):
    channels = random.choice((1, 3, 4, 5, 8))
    x = random.randint(1, 7), random.randint(1, 7), channels
    y = random.randint(1, 5), random.randint(1, 5)
    data = calls.Data(random, extreme, random.random() < 0.5, random.choice((0, 4, 1)))
    times = random.choice((1, 1, 2))
    return calls.depthwise(data, x, y, times, _window(random), random.randint(1, 2))


@pytest.mark.parametrize("extreme", [0, 1, 2])
@pytest.mark.parametrize("case", [_conv_case, _depthwise_case])
def test_convolution_equals_portable(machine, code, case, extreme):
    random = Random(extreme)
    for _ in range(_ROUNDS):
        call = case(random, extreme)
        p, x, w, y = call.arguments[:4]
        wanted = bytearray(y)
        portable = importlib.import_module(f"harken.tflite.kernels.portable.{call.kernel}")
        getattr(portable, call.kernel)(p, x, w, wanted, bytearray(8))
        _run(machine, code, call)
        assert y == wanted


@pytest.mark.parametrize("extreme", [0, 1, 2])
def test_requantised_row_equals_numpy(machine, code, extreme):
    random = Random(extreme)
    for _ in range(_ROUNDS):
        data = calls.Data(random, extreme, random.random() < 0.5, random.randint(0, 3))
        outputs = random.randint(1, 30)
        first = random.randint(0, outputs - 1)
        call = calls.requantize(data, outputs, first, outputs - first)
        p, s, y = call.arguments[:3]
        wanted = _finished(p, np.array(s, np.int64), first)
        _run(machine, code, call)
        assert np.array_equal(_int8(y, data.offset, wanted.shape), wanted)


_OUTPUTS = 64


def _only_biases(kernel, data):
    """A call whose sums are all zero, so that each output is its rescaled bias."""
    if kernel == "dense":
        call = calls.dense(data, 4, _OUTPUTS)
    elif kernel == "conv":
        call = calls.conv(data, (1, 1, 4), (1, 1), _OUTPUTS, calls.Window((1, 1)))
    elif kernel == "depthwise":
        call = calls.depthwise(data, (1, 1, _OUTPUTS), (1, 1), 1, calls.Window((1, 1)))
    elif kernel == "depthwise 3x3":
        call = calls.depthwise(data, (3, 3, _OUTPUTS), (1, 1), 1, calls.Window((3, 3)))
    else:
        call = calls.requantize(data, _OUTPUTS)
        call.arguments[1] = bytearray(4 * _OUTPUTS)
    if kernel != "requantize":
        zero = -call.p[8] & 255
        call.p[8] = -((zero ^ 128) - 128)
        call.arguments[1][:] = bytes([zero]) * len(call.arguments[1])
    return call


def _near_ties(random, shift, multiplier):
    """Accumulators whose products lie at, or one or two beside, half a step of the result."""
    half = 1 << max(-shift - 1, 0)
    for _ in range(_OUTPUTS):
        product = random.randint(-140, 140) * 2 * half + half
        value = (product << 31) // multiplier >> max(shift, 0)
        yield min(max(value + random.randint(-2, 2), -(2**31)), 2**31 - 1)


@pytest.mark.parametrize("each", [False, True])
@pytest.mark.parametrize("kernel", ["dense", "conv", "depthwise", "depthwise 3x3", "requantize"])
def test_rounding_near_ties(machine, code, kernel, each):
    random = Random(7)
    for shift in range(-31, 4):
        for multiplier in (2**30, 2**30 + 1, random.randint(2**30, 2**31 - 1), 2**31 - 1):
            call = _only_biases(kernel, calls.Data(random, per_channel=each))
            p = call.p
            for n, value in enumerate(_near_ties(random, shift, multiplier)):
                p[p[14] + n] = value
            for n in range(_OUTPUTS if each else 1):
                p[p[15] + n], p[p[16] + n] = multiplier, shift
            wanted = _finished(p, np.zeros(_OUTPUTS, np.int64), 0)
            _run(machine, code, call)
            y = call.arguments[2 if kernel == "requantize" else 3]
            assert np.array_equal(_int8(y, 0, (_OUTPUTS,)), wanted), (shift, multiplier)


@pytest.mark.parametrize("kernel", ["dense", "conv", "depthwise", "requantize"])
def test_wrong_number_of_arguments_is_reported(machine, code, kernel):
    assert machine.call(code[kernel], bytearray(8)) != _OK


def test_write_beside_a_buffer_is_noticed(machine, code):
    call = calls.requantize(calls.Data(Random(1)), 4)
    call.arguments[2] = bytearray(3)
    with pytest.raises(RuntimeError, match="beside buffer 2"):
        machine.call(code["requantize"], *call.arguments)


@pytest.mark.parametrize(("index", "value"), [(0, -1), (1, 0), (1, 9), (3, 99), (4, 99), (5, 99)])
def test_code_refuses_a_tile_outside_of_its_buffers(machine, code, index, value):
    """What the interpreter changes from call to call, the code itself checks."""
    call = calls.dense(calls.Data(Random(1)), 8, 5)
    call.p[index] = value
    before = bytes(call.arguments[3])
    assert machine.call(code["dense"], *call.arguments) != _OK
    assert call.arguments[3] == before


@pytest.mark.parametrize("family", sorted(build.FAMILIES))
def test_committed_code_is_what_the_build_makes(family):
    assert (build.folder() / f"code_{family}.mpy").read_bytes() == build.build(family)


def test_code_fits():
    assert sum(map(len, bench.kernels().values())) <= build.LIMIT
    assert all(mpy.read((build.folder() / f"code_{f}.mpy").read_bytes()) for f in build.FAMILIES)


@pytest.mark.slow
def test_targets_are_kept():
    missed = [count for count in bench.run() if not count.good]
    assert not missed
