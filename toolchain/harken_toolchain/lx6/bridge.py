"""Lets the device interpreter on CPython run the LX6 kernels, in an emulator.

The modules that hold machine code on a board are replaced by ones whose functions run the committed
`.mpy` files' code under qemu-xtensa. Everything else, bounds checks and self-test included, is the
firmware's own Python.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType

from harken_toolchain import paths
from harken_toolchain.lx6 import build
from harken_toolchain.lx6.qemu import Argument, Machine

_PACKAGE = "harken.tflite.kernels.lx6"


def _function(machine: Machine, code: bytes) -> Callable[..., int]:
    def call(*arguments: Argument) -> int:
        return machine.call(code, *arguments) >> 1

    return call


def _modules(machine: Machine) -> dict[str, ModuleType]:
    """The stand-ins for the modules with machine code, by their full names."""
    found = {}
    for family in build.FAMILIES:
        module = ModuleType(f"{_PACKAGE}.code_{family}")
        vars(module)["VERSION"] = 0
        for name, code in build.shipped(family).items():
            setattr(module, name, _function(machine, code))
        found[module.__name__] = module
    return found


def modules() -> list[ModuleType]:
    """The stand-ins that are installed now."""
    return [sys.modules[f"{_PACKAGE}.code_{family}"] for family in build.FAMILIES]


def _forget() -> None:
    for name in [name for name in sys.modules if name.startswith(_PACKAGE)]:
        del sys.modules[name]


@contextmanager
def installed() -> Iterator[Machine]:
    """Inside, `Interpreter(..., kernels="lx6")` works on CPython."""
    firmware = str(paths.repository() / "firmware")
    if firmware not in sys.path:
        sys.path.insert(0, firmware)
    with Machine() as machine:
        _forget()
        sys.modules.update(_modules(machine))
        try:
            yield machine
        finally:
            _forget()
