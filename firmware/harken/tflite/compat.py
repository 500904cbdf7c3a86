"""What MicroPython has and CPython lacks, so that this package imports on both."""

try:
    from micropython import const
except ImportError:  # CPython

    def const(value):
        return value


#: True on MicroPython, where code and data share a small heap.
try:
    import gc

    free_heap = gc.mem_free
    SMALL = True
except AttributeError:  # CPython has no bound to speak of
    SMALL = False

    def free_heap():
        return 1 << 30


def leaf(name):
    """The module `name` (dotted, absolute), imported when it is first asked for."""
    return __import__(name, None, None, ("leaf",))
