"""What keeps a board safe from wrong machine code: bounds, chip check, self-test and its memory."""

import importlib
import sys
from random import Random
from types import ModuleType, SimpleNamespace

import pytest
from harken_toolchain import micropython
from harken_toolchain.lx6 import bridge, build, calls, qemu

_PACKAGE = "harken.tflite.kernels.lx6"
needs_qemu = pytest.mark.skipif(not qemu.available(), reason="qemu-xtensa is not installed")


@pytest.fixture
def kernels():
    """The package's `find`, with emulated machine code."""
    with bridge.installed():
        yield importlib.import_module("harken.tflite.kernels").find


@needs_qemu
@pytest.mark.parametrize(
    ("family", "kernel"), [(f, k) for f, names in build.FAMILIES.items() for k in names]
)
def test_every_kernel_passes_its_self_test_and_is_used(kernels, family, kernel):
    assert kernels("lx6", family, kernel).__module__ == f"{_PACKAGE}.{family}"


def _broken(index, value):
    """A change of one parameter that would make the code overrun something."""

    def change(call):
        call.p[index] = value

    return change


_DENSE = [(0, -1), (0, 5), (1, 0), (1, 9), (2, 0), (2, 999), (3, 9999), (3, -1), (4, 9999)]
_DENSE += [(5, 9999), (5, -1), (6, 0), (7, 2), (13, 2), (14, -1), (14, 99), (15, 99), (16, 99)]
_CONV = [*_DENSE, (18, 99), (19, 0), (21, 99), (22, 99), (23, 9), (24, 0), (26, 0)]
_CONV += [(27, 0), (29, -1), (30, -9)]


@needs_qemu
@pytest.mark.parametrize(("index", "value"), _DENSE)
def test_dense_is_not_called_beyond_its_buffers(kernels, index, value):
    call = calls.dense(calls.Data(Random(1)), 8, 5)
    _broken(index, value)(call)
    with pytest.raises(ValueError, match="lx6"):
        kernels("lx6", "dense", "dense")(*call.arguments[:5])


@needs_qemu
@pytest.mark.parametrize(("index", "value"), _CONV)
def test_conv_is_not_called_beyond_its_buffers(kernels, index, value):
    call = calls.conv(calls.Data(Random(1)), (4, 4, 3), (2, 2), 5, calls.Window((3, 3)))
    _broken(index, value)(call)
    with pytest.raises(ValueError, match="lx6"):
        kernels("lx6", "conv", "conv")(*call.arguments[:5])


@needs_qemu
def test_memoryview_is_refused(kernels):
    """The data of a memoryview do not lie where the code would look for them."""
    call = calls.dense(calls.Data(Random(1)), 8, 5)
    call.arguments[2] = memoryview(call.arguments[2])
    with pytest.raises(ValueError, match="w: 40 bytes"):
        kernels("lx6", "dense", "dense")(*call.arguments)


@pytest.mark.parametrize(
    ("platform", "machine", "good"),
    [
        ("esp32", "Generic ESP32 module with ESP32", True),
        ("esp32", "Generic ESP32 module with SPIRAM with ESP32", True),
        ("esp32", "Olimex ESP32 POE with ESP32", True),
        ("esp32", "M5Stack Core with ESP32-D0WDQ6", True),
        ("esp32", "TinyPICO with ESP32-PICO-D4", True),
        ("esp32", "Generic ESP32S2 module with ESP32S2", False),
        ("esp32", "Generic ESP32S3 module with ESP32S3", False),
        ("esp32", "Board with ESP32-S3", False),
        ("esp32", "ESP32C3 module with ESP32C3", False),
        ("esp32", "ESP32C6 module with ESP32C6", False),
        ("esp32", "Board with ESP32P4", False),
        ("esp32", "Board with ESP32H2", False),
        ("esp8266", "ESP module with ESP8266", False),
        ("rp2", "Raspberry Pi Pico with RP2040", False),
        ("linux", "linux [GCC 14.2.0] version", False),
    ],
)
def test_only_a_classic_esp32_suits(monkeypatch, platform, machine, good):
    with bridge.installed():
        chip = importlib.import_module(f"{_PACKAGE}.chip")
    told = SimpleNamespace(platform=platform, implementation=SimpleNamespace(_machine=machine))
    monkeypatch.setattr(chip, "sys", told)
    assert chip.suits() is good


def test_other_machines_take_the_next_set():
    kernels = importlib.import_module("harken.tflite.kernels")
    assert not kernels.usable("lx6")
    assert kernels.find("lx6", "dense", "dense").__module__.endswith("portable.dense")


class _Nvs:
    """Non-volatile storage as `esp32.NVS` offers it."""

    stored: dict = {}

    def __init__(self, namespace):
        self._space = namespace

    def get_i32(self, key):
        if (self._space, key) not in self.stored:
            raise OSError(0x1102)
        return self.stored[self._space, key]

    def set_i32(self, key, value):
        assert -(2**31) <= value < 2**31
        self.stored[self._space, key] = value

    def commit(self):
        pass


@pytest.fixture
def board(monkeypatch):
    """A board's memory, and the self-test with a counter of its runs."""
    with bridge.installed():
        selftest = importlib.import_module(f"{_PACKAGE}.selftest")
    module = ModuleType("esp32")
    module.NVS = type("NVS", (_Nvs,), {"stored": {}})
    monkeypatch.setitem(sys.modules, "esp32", module)
    runs = []

    def verdict(family, code):
        runs.append(family)
        return code.good

    monkeypatch.setattr(selftest, "passes", verdict)
    return SimpleNamespace(ask=selftest.remembered, runs=runs, module=selftest)


def test_self_test_runs_once_for_a_version(board, monkeypatch):
    code = SimpleNamespace(VERSION=5, good=True)
    assert [board.ask("dense", code) for _ in range(3)] == [True] * 3
    assert board.runs == ["dense"]
    board.ask("conv", code)
    board.ask("dense", SimpleNamespace(VERSION=6, good=True))
    assert board.runs == ["dense", "conv", "dense"]
    monkeypatch.setattr(board.module, "sys", SimpleNamespace(version="another firmware"))
    board.ask("conv", code)
    assert board.runs == ["dense", "conv", "dense", "conv"]


def test_failed_self_test_is_remembered(board):
    code = SimpleNamespace(VERSION=5, good=False)
    assert [board.ask("dense", code) for _ in range(2)] == [False, False]
    assert board.runs == ["dense"]


def test_code_that_crashed_the_board_is_not_tried_again(board, monkeypatch):
    code = SimpleNamespace(VERSION=5, good=True)

    def crash(family, code):
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(board.module, "passes", crash)
        with pytest.raises(SystemExit):
            board.ask("dense", code)
    assert board.ask("dense", code) is False
    assert board.runs == []


@needs_qemu
def test_wrong_code_falls_back_and_is_reported(monkeypatch, capsys):
    with bridge.installed():
        stand_in = sys.modules[f"{_PACKAGE}.code_dense"]
        right = stand_in.dense

        def wrong(p, x, w, y, s):
            done = right(p, x, w, y, s)
            y[p[5]] ^= 1
            return done

        monkeypatch.setattr(stand_in, "dense", wrong)
        kernels = importlib.import_module("harken.tflite.kernels")
        assert kernels.find("lx6", "dense", "dense").__module__.endswith("portable.dense")
        lx6 = importlib.import_module(_PACKAGE)
        assert "dense" in lx6.refused
        assert kernels.find("lx6", "conv", "conv").__module__ == f"{_PACKAGE}.conv"
    assert "failed their self-test" in capsys.readouterr().out


@needs_qemu
@pytest.mark.parametrize("weight_zero", [0, 7])
def test_dense_does_without_the_convolution(kernels, monkeypatch, weight_zero):
    """An image holds what its models need; code may also fail its self-test."""
    dense = kernels("lx6", "dense", "dense")
    monkeypatch.setitem(sys.modules, f"{_PACKAGE}.conv", None)
    call = calls.dense(calls.Data(Random(1)), 20, 6, 5)
    p, x, w, y, s = call.arguments
    p[9] = weight_zero
    wanted = bytearray(y)
    kernels("portable", "dense", "dense")(p[:], x, w, wanted, s)
    for _ in range(2):
        dense(p, x, w, y, s)
        assert y == wanted


@pytest.mark.micropython
def test_python_side_runs_under_micropython(runtime):
    """Loading, checks, cases and self-test, with the portable kernels in the code's place."""
    script = """
import sys
families = {families}
package = "harken.tflite.kernels.lx6"
class Code:
    VERSION = 1
for family in families:
    sys.modules[package + ".code_" + family] = Code()
from harken.tflite.compat import leaf
import harken.tflite.kernels.lx6 as lx6
from harken.tflite.kernels import find
cases = leaf(package + ".cases")
for family, names in families.items():
    code = sys.modules[package + ".code_" + family]
    for name in names:
        def stand_in(*arguments, family=family, name=name):
            at = 2 if family == "rows" else 3
            p = arguments[0]
            if p[-1] == lx6.CHECKED:
                p = p[:-1]
            rest = arguments[1 : 6 if family == "rows" else 5]
            arguments[at][:] = cases.wanted(family, name, (p,) + rest)
            return 0
        setattr(code, name, stand_in)
    for name in names:
        assert find("lx6", family, name).__globals__["__name__"].startswith(package)
    for name, *arguments in cases.of(family):
        wanted = cases.wanted(family, name, arguments)
        find("lx6", family, name)(*arguments)
        assert arguments[2 if family == "rows" else 3] == wanted, family
assert not lx6.refused, lx6.refused
print("good")
"""
    said = micropython.run_script(script.replace("{families}", repr(build.FAMILIES)), heap="1m")
    assert said.strip() == "good"


@pytest.mark.micropython
def test_calls_allocate_nothing(runtime):
    """The checks around the code; the code itself allocates nothing."""
    script = """
import gc, sys
families = {families}
package = "harken.tflite.kernels.lx6"
takes = {"conv": lambda p, x, w, y, s, g, t: 0, "requantize": lambda p, s, y, n, first, to: 0}
class Code:
    VERSION = 1
for family, names in families.items():
    code = Code()
    for name in names:
        setattr(code, name, takes.get(name) or (lambda p, x, w, y, s: 0))
    sys.modules[package + ".code_" + family] = code
from harken.tflite.compat import leaf
import harken.tflite.kernels.lx6 as lx6
from harken.tflite.kernels import find
leaf(package + ".selftest").passes = lambda family, code: True
cases = leaf(package + ".cases")
def taken(kernel, p, x, w, y, s):
    kernel(p, x, w, y, s)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    kernel(p, x, w, y, s)
    after = gc.mem_alloc()
    gc.enable()
    return after - before
for family in families:
    for name, *arguments in cases.of(family):
        if family != "rows":
            found = taken(find("lx6", family, name), *arguments)
            assert not found, (name, found)
print("good")
"""
    said = micropython.run_script(script.replace("{families}", repr(build.FAMILIES)), heap="1m")
    assert said.strip() == "good"
