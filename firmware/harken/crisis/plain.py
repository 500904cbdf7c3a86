"""Stands in for `micropython` on CPython: viper functions run as plain Python."""


def viper(function):
    return function


def ptr8(buffer):
    """A pointer to a buffer is the buffer itself; as an annotation it means nothing."""
    return buffer


ptr16 = ptr32 = ptr8
