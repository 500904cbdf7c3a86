"""What MicroPython has and CPython lacks, so that device modules import on both."""

try:
    from micropython import const
except ImportError:  # CPython

    def const(value):
        return value
