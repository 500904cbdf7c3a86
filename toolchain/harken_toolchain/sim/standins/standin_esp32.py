"""Stands in for the `esp32` module: flash partitions are files in a folder."""

import os

_BLOCK = 4096
_SUFFIX = ".partition"
#: Small: silicon erases without taking any of the heap.
_ERASED = b"\xff" * 64
#: Where the files are; set by the simulator.
FOLDER = "."


class Partition:
    """A raw flash partition kept in LABEL.partition, with the interface of esp32.Partition."""

    BOOT = 0
    RUNNING = 1
    TYPE_APP = 0
    TYPE_DATA = 1

    def __init__(self, label, block_size=_BLOCK):
        self._label = label
        self._block_size = block_size
        self._file = open(FOLDER + "/" + label + _SUFFIX, "r+b")

    @classmethod
    def find(cls, type=TYPE_APP, subtype=0xFF, label=None, block_size=_BLOCK):
        """The partitions that exist, as a list; only `label` narrows it."""
        names = [name[: -len(_SUFFIX)] for name in os.listdir(FOLDER) if name.endswith(_SUFFIX)]
        return [cls(name, block_size) for name in names if label in (None, name)]

    def info(self):
        """(type, subtype, address, size, label, encrypted)."""
        return (self.TYPE_DATA, 0x06, 0, self._size(), self._label, False)

    def readblocks(self, block, buffer, offset=0):
        """Fills `buffer` from `offset` bytes into block number `block`."""
        self._file.seek(block * self._block_size + offset)
        size = self._file.readinto(buffer)
        for at in range(size, len(buffer)):
            buffer[at] = 0xFF

    def writeblocks(self, block, buffer, offset=None):
        """Writes `buffer`; without an offset the blocks are erased first, as on flash."""
        if offset is None:
            self._erase(block, len(buffer) // self._block_size)
        start = block * self._block_size + (offset or 0)
        self._file.seek(start)
        held = self._file.read(len(buffer))
        # Flash clears bits when it is written; only an erase sets them again.
        self._file.seek(start)
        self._file.write(bytes([old & new for old, new in zip(held, buffer)]))
        self._file.flush()

    def ioctl(self, op, argument):
        """The block device protocol: 4 counts blocks, 5 tells their size, 6 erases one."""
        if op == 4:
            return self._size() // self._block_size
        if op == 5:
            return self._block_size
        if op == 6:
            self._erase(argument, 1)
        return 0

    def _size(self):
        return self._file.seek(0, 2)

    def _erase(self, block, count):
        self._file.seek(block * self._block_size)
        for _ in range(count * self._block_size // len(_ERASED)):
            self._file.write(_ERASED)
