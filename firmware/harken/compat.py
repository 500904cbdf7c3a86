"""What differs between MicroPython and CPython, and what its small heap needs."""

import gc
import sys
import time

try:
    from micropython import const
except ImportError:  # CPython

    def const(value):
        return value


try:
    from time import ticks_diff, ticks_ms
except ImportError:  # CPython

    def ticks_ms():
        """Milliseconds of a clock that never goes back."""
        return time.monotonic_ns() // 1000000

    def ticks_diff(later, earlier):
        """Milliseconds from `earlier` to `later`."""
        return later - earlier


#: Whether this is MicroPython, where code and data share a small heap.
MICROPYTHON = hasattr(gc, "mem_alloc")


def heap_used():
    """Bytes in use on the MicroPython heap; None on CPython, whose heap tells nothing."""
    return gc.mem_alloc() if MICROPYTHON else None


def heap_free():
    """Bytes free on the MicroPython heap; None on CPython."""
    return gc.mem_free() if MICROPYTHON else None


def with_room(make_room, make, *arguments):
    """What `make(*arguments)` gives, if need be after `make_room()`; it is called twice then."""
    try:
        return make(*arguments)
    except MemoryError:
        make_room()
        return make(*arguments)


def forget(*names):
    """Drops imported modules: on a board code lives in the heap, and can be imported anew."""
    for name in names:
        module = sys.modules.pop(name, None)
        parent, _, last = name.rpartition(".")
        parent = sys.modules.get(parent)
        if module is not None and parent is not None and hasattr(parent, last):
            delattr(parent, last)
