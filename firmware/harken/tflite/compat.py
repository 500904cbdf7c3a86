"""What MicroPython has and CPython lacks, so that this package imports on both."""

import gc
import sys

try:
    from micropython import const
except ImportError:  # CPython

    def const(value):
        return value


#: True on MicroPython, where code and data share a small heap.
SMALL = hasattr(gc, "mem_free")


def free_heap():
    """Bytes that can be allocated, garbage counted in; without a bound on CPython."""
    if not SMALL:
        return 1 << 30
    gc.collect()
    return gc.mem_free()


def leaf(name):
    """The module `name` (dotted, absolute), imported when it is first asked for."""
    if SMALL and name not in sys.modules:
        # What an import leaves behind must not lie between the code that stays.
        gc.collect()
    return __import__(name, None, None, ("leaf",))


def forget(name):
    """Drops an imported module, so that its memory can be collected."""
    parent, _, last = name.rpartition(".")
    sys.modules.pop(name, None)
    parent = sys.modules.get(parent)
    if parent is not None and hasattr(parent, last):
        delattr(parent, last)
