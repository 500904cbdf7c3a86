"""Packed models in a raw flash partition, or in one file where the chip has no partitions.

The area starts with a table of contents; all numbers are little-endian:

    header, 64 bytes    magic "HKNM", version, count, length of the area in use, CRC-32 of entries
    entry, 64 bytes     name (zero padded), offset and size in bytes, CRC-32, SHA-256 of the data

Data starts at multiples of ALIGN. The partition has two halves, one for each copy of the
application; an update writes the half that does not run. The host packs with these constants.
"""

import struct
from binascii import crc32

from harken.compat import const

try:
    import slots  # as the loader left it at the root of the board
except ImportError:
    from harken.update import slots

MAGIC = b"HKNM"
VERSION = const(1)
ALIGN = const(64)
HEADER = "<4sHHII"
ENTRY = "<20sIII32s"
RECORD = const(64)
_BLOCK = const(4096)


class ModelTable:
    """The table of contents of one packed area.

    `device` has `readblocks(block, buffer, offset)` and `ioctl`; `base` is where the area starts.
    Raises ValueError when the area holds no table or a damaged one.
    """

    def __init__(self, device, base=0):
        self._device = device
        self._base = base
        self._record = bytearray(RECORD)
        self._read(0)
        magic, version, self.count, self.length, crc = struct.unpack_from(HEADER, self._record)
        if magic != MAGIC or version != VERSION:
            raise ValueError("no packed models at %d: found %r" % (base, bytes(self._record[:6])))
        found = 0
        for index in range(self.count):
            self._read(index + 1)
            found = crc32(self._record, found)
        if found & 0xFFFFFFFF != crc:
            raise ValueError("the table of packed models at %d is damaged" % base)

    def _read(self, index):
        at = self._base + index * RECORD
        self._device.readblocks(at // _BLOCK, self._record, at % _BLOCK)

    def entry(self, index):
        """(name, offset in the area, size, CRC-32, SHA-256) of the model at `index`."""
        self._read(index + 1)
        name, offset, size, crc, digest = struct.unpack_from(ENTRY, self._record)
        return name.rstrip(b"\x00").decode(), offset, size, crc, digest

    def names(self):
        """The names of the models, in the order they were packed."""
        return [self.entry(index)[0] for index in range(self.count)]

    def _named(self, name):
        for index in range(self.count):
            entry = self.entry(index)
            if entry[0] == name:
                return entry
        raise KeyError(name)

    def find(self, name):
        """(offset in the device, size in bytes) of a model. Raises KeyError."""
        entry = self._named(name)
        return self._base + entry[1], entry[2]

    def check(self, name, buffer):
        """Whether a model's CRC-32 is the packed one; reads through `buffer`. Raises KeyError."""
        entry = self._named(name)
        at, left = self._base + entry[1], entry[2]
        value, view = 0, memoryview(buffer)
        while left:
            part = view[: min(left, len(buffer))]
            self._device.readblocks(at // _BLOCK, part, at % _BLOCK)
            value = crc32(part, value)
            at += len(part)
            left -= len(part)
        return value & 0xFFFFFFFF == entry[3]

    def open(self, name):
        """A model as a source for `harken.tflite.Interpreter`. Raises KeyError."""
        from harken.tflite.sources import PartitionSource

        offset, size = self.find(name)
        return PartitionSource(self._device, offset, size)


def models():
    """The packed models that belong to the running application.

    Raises OSError when there are none: models may still lie as plain files.
    """
    try:
        return ModelTable(*slots.area("models", slots.running or "a"))
    except ValueError as error:
        raise OSError(str(error))


def mount_vault(path="/vault"):
    """Mounts the partition `vault`; True when the journal has a file system of its own.

    A partition without a file system is formatted once. One that holds a file system which does
    not mount is left as it is, for its content may still be saved: OSError.
    """
    device = slots.find("vault")
    if device is None:
        return False
    import vfs

    try:
        vfs.mount(vfs.VfsLfs2(device), path)
        return True
    except OSError:
        if _looks_like_littlefs(device):
            raise
    vfs.VfsLfs2.mkfs(device)
    vfs.mount(vfs.VfsLfs2(device), path)
    return True


def _looks_like_littlefs(device):
    head = bytearray(32)
    for block in (0, 1):
        device.readblocks(block, head, 0)
        if b"littlefs" in bytes(head):
            return True
    return False
