"""Kernels in machine code of the ESP32 (Xtensa LX6 with MAC16); importable only on that chip.

The code lies in `code_FAMILY.mpy`, which the toolchain builds. A family is loaded when an operator
asks for it, and proven against the portable kernels once for each firmware version
(`selftest.py`); where the proof fails the next kernel set takes over and `refused` says why. The
README in this folder says why the code may be interrupted at any instruction.
"""

import sys

from ...compat import leaf
from .chip import described, suits

#: Bytes of scratch that all kernels share; it grows when an operator needs more.
_ROOM = 6144

#: Why a family is not used, by its name.
refused = {}

#: Ends p where the whole call was checked; no table holds such a value.
CHECKED = 0x3E8A51C7

#: The scratch, once a kernel needed some.
room = [None]

if not suits() and __name__ + ".code_dense" not in sys.modules:  # the toolchain's emulator is there
    raise ImportError("LX6 kernels need an ESP32, not %s" % described())


def load(family):
    """The module with the family's machine code, proven.

    Raises:
        ImportError: the firmware does not load it, or it computed something wrong.
    """
    from . import selftest

    if family in refused:
        raise ImportError(refused[family])
    try:
        code = leaf(__name__ + ".code_" + family)
    except (ImportError, ValueError, MemoryError) as error:
        refused[family] = "code of %s: %s" % (family, error)
        raise ImportError(refused[family])
    if not selftest.remembered(family, code):
        refused[family] = "LX6 kernels of %s failed their self-test" % family
        print(refused[family])
        raise ImportError(refused[family])
    return code


def checked(p, size=0):
    """Notes in p that its call was checked, and that kernels need `size` bytes of scratch."""
    if size and (room[0] is None or len(room[0]) < size):
        room[0] = None
        room[0] = bytearray(max(size, _ROOM))
    p.append(CHECKED)


def other(family, name, kernels="viper"):
    """A function that gives a kernel of another family or set, looked up when first needed."""
    found = []

    def get():
        if not found:
            found.append(leaf(__name__[:-4]).find(kernels, family, name))
        return found[0]

    return get


def refuse():
    """Machine code has found that a call would leave its buffers."""
    raise ValueError("lx6: tile or offset outside of its buffer")


def need(truth, what):
    """Raises ValueError unless `truth`: machine code never sees a call that it would overrun."""
    if not truth:
        raise ValueError("lx6: %s" % what)


def inside(buffer, at, size, what):
    """Checks that a plain buffer (no memoryview: its data lie elsewhere) holds `size` at `at`."""
    if type(buffer) is memoryview or at < 0 or size < 1 or at + size > len(buffer):
        raise ValueError("lx6: %s: %d bytes at %d of %d" % (what, size, at, len(buffer)))


def positive(p, first, last, what):
    """Checks that p[first] to p[last] are 1 or more."""
    while first <= last:
        if p[first] < 1:
            raise ValueError("lx6: %s: p[%d] is %d" % (what, first, p[first]))
        first += 1


def tables(p, first, count):
    """Checks the tables of bias, multiplier and shift that p[13] to p[16] describe."""
    last = first + count - 1
    step = p[13]
    size = len(p)
    need(step == 0 or step == 1, "step")
    need(0 <= p[14] and p[14] + last < size, "bias")
    need(0 <= p[15] and p[15] + last * step < size, "multiplier")
    need(0 <= p[16] and p[16] + last * step < size, "shift")
