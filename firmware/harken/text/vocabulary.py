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


def bucket_of(value, buckets):
    """The bucket of a word with hash `value`."""
    return ((value >> 16) + (value & 0xFFFF)) % buckets


def fingerprint(value):
    """1 to 65535; 0 marks an empty slot."""
    return value & 0xFFFF or 1


@micropython.viper
def way_of(bucket: ptr8, mark: int) -> int:
    """The slot of a bucket that holds the fingerprint `mark`, -1 where none does."""
    for way in range(WAYS):
        if bucket[2 * way] | bucket[2 * way + 1] << 8 == mark:
            return way
    return -1


class Vocabulary:
    """Looks words up in the table of `slots` entries at `offset` of `source`.

    `source` offers `readinto(offset, buffer)`; `slots` is a multiple of WAYS.
    """

    def __init__(self, source, offset, slots):
        self.slots = slots
        self._source = source
        self._offset = offset
        self._bucket = bytearray(_BYTES)

    def find(self, value):
        """The slot of the word with hash `value`, -1 where it is unknown."""
        bucket = bucket_of(value, self.slots // WAYS)
        data = self._bucket
        self._source.readinto(self._offset + bucket * _BYTES, data)
        way = way_of(data, fingerprint(value))
        return -1 if way < 0 else bucket * WAYS + way
