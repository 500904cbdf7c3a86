"""Stands in on CPython for what MicroPython has: viper functions run as plain Python."""

import io


def viper(function):
    return function


def ptr8(buffer):
    """A pointer to a buffer is the buffer itself; as an annotation it means nothing."""
    return buffer


ptr16 = ptr32 = ptr8


class _File(io.FileIO):
    def readinto(self, buffer, size=None):
        """Reads `size` bytes, or as many as `buffer` has: MicroPython takes a size, too."""
        return super().readinto(memoryview(buffer)[:size])


def open(path, mode):
    """A file to read as MicroPython's are."""
    return _File(path, mode)
