"""What MicroPython has and CPython lacks, so that device modules import on both."""

import gc
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


def heap_used():
    """Bytes in use on the MicroPython heap; None on CPython, whose heap tells nothing."""
    return gc.mem_alloc() if hasattr(gc, "mem_alloc") else None


def heap_free():
    """Bytes free on the MicroPython heap; None on CPython."""
    return gc.mem_free() if hasattr(gc, "mem_free") else None
