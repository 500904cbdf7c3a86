"""The known words of a model: a table of fingerprints, 16 bits a word, no strings.

The table lies in the model file. It has buckets of WAYS slots; a word belongs to one bucket, so
that a look-up is a single read of 32 bytes from flash. The number of a word is its slot. A
fingerprint and a bucket together are 24 bits of hash: an unknown word is taken for a known one
in about WAYS of 65536 cases.
"""

from harken.compat import const
from harken.text.native import micropython, ptr8

#: Slots of a bucket.
WAYS = const(16)
_BYTES = const(32)


@micropython.viper
def bucket_of(value: int, buckets: int) -> int:
    """The bucket of a word with hash `value`."""
    return ((value >> 16) + (value & 0xFFFF)) % buckets


def fingerprint(value):
    """1 to 65535; 0 marks an empty slot."""
    return value & 0xFFFF or 1


@micropython.viper
def slot_of(data: ptr8, value: int, bucket: int) -> int:
    """The slot of the word with hash `value`, given the `data` of its bucket; -1 if unknown."""
    mark = value & 0xFFFF
    if mark == 0:
        mark = 1
    low = mark & 0xFF
    high = mark >> 8
    at = 0
    while at < _BYTES:
        if data[at] == low:
            if data[at + 1] == high:
                return bucket * WAYS + (at >> 1)
        at += 2
    return -1


class Vocabulary:
    """Looks words up in the table of `slots` entries at `offset` of `source`.

    `source` offers `readinto(offset, buffer)`; `slots` is a multiple of WAYS.
    """

    def __init__(self, source, offset, slots):
        self.slots = slots
        self._source = source
        self._offset = offset
        self._buckets = slots // WAYS
        self._data = bytearray(_BYTES)

    def find(self, value):
        """The slot of the word with hash `value`, -1 where it is unknown."""
        bucket = bucket_of(value, self._buckets)
        self._source.readinto(self._offset + bucket * _BYTES, self._data)
        return slot_of(self._data, value, bucket)

    def look_up(self, ids, end, step):
        """Turns each word hash in `ids[0:end:step]` into 1 + its slot, 0 where it is unknown."""
        data, read, start, buckets = self._data, self._source.readinto, self._offset, self._buckets
        for at in range(0, end, step):
            value = ids[at]
            bucket = bucket_of(value, buckets)
            read(start + bucket * _BYTES, data)
            ids[at] = 1 + slot_of(data, value, bucket)
