"""Stands in for the `machine` module: what the firmware uses of it."""

import sys

PWRON_RESET = 1
SOFT_RESET = 5

_frequency = 160000000


def freq(hertz=None):
    """The CPU's frequency in Hz; sets it when given."""
    global _frequency
    if hertz is None:
        return _frequency
    _frequency = hertz


def unique_id():
    """The six bytes that tell boards apart."""
    return b"harken"


def reset_cause():
    return PWRON_RESET


def reset():
    """Ends the simulation, as a reset ends the program."""
    sys.exit(0)


soft_reset = reset


class Pin:
    """A pin that keeps the value it was given."""

    IN = 0
    OUT = 1
    PULL_UP = 1

    def __init__(self, number, mode=IN, pull=None, value=0):
        self._value = value

    def value(self, value=None):
        if value is None:
            return self._value
        self._value = value
