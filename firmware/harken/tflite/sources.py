"""Where the bytes of a model come from: memory, a file or a raw flash partition.

A source has `size` (bytes), `readinto(offset, buffer)`, which fills the buffer from that offset on
(what lies behind the end of the model is left as it was), and `memory`: the model as one
buffer where it lies in memory, else None. `readinto` allocates nothing.
"""

from .errors import ModelError

_BLOCK = 4096


class MemorySource:
    """A model in memory: bytes, bytearray or memoryview."""

    def __init__(self, data):
        self.memory = memoryview(data)
        self.size = len(self.memory)

    def readinto(self, offset, buffer):
        n = min(len(buffer), self.size - offset)
        part = self.memory[offset : offset + n]
        if n == len(buffer):
            buffer[:] = part
        else:
            memoryview(buffer)[:n] = part

    def close(self):
        pass


class FileSource:
    """A model in a file, given by its path or as an object with seek and readinto."""

    memory = None

    def __init__(self, file):
        self._own = isinstance(file, str)
        self._file = open(file, "rb") if self._own else file
        self.size = self._file.seek(0, 2)

    def readinto(self, offset, buffer):
        self._file.seek(offset)
        if self._file.readinto(buffer) is None:
            raise OSError("the model's file gave nothing")

    def close(self):
        if self._own:
            self._file.close()


class PartitionSource:
    """A model at `offset` of a raw partition, read with `readblocks(block, buffer, offset)`.

    `size` is the model's length in bytes; without it, the partition's (ioctl 4 times ioctl 5).
    """

    memory = None

    def __init__(self, partition, offset=0, size=None):
        self._partition = partition
        self._offset = offset
        self._block = partition.ioctl(5, 0) or _BLOCK
        room = partition.ioctl(4, 0) * self._block - offset
        self.size = room if size is None else size
        if not 0 <= offset or not 0 < self.size <= room:
            raise ValueError(
                "model of %d bytes at %d: wanted inside the partition" % (self.size, offset)
            )

    def readinto(self, offset, buffer):
        at = self._offset + offset
        self._partition.readblocks(at // self._block, buffer, at % self._block)

    def close(self):
        pass


def open_source(source):
    """A source for `source`: a path, bytes-like, an open binary file, a partition or a source."""
    if isinstance(source, str):
        return FileSource(source)
    if hasattr(source, "size") and hasattr(source, "memory"):
        return source
    if hasattr(source, "readblocks"):
        return PartitionSource(source)
    if hasattr(source, "readinto"):
        return FileSource(source)
    try:
        return MemorySource(source)
    except TypeError:
        raise ModelError("%r: wanted a path, bytes, a file or a partition" % type(source))
