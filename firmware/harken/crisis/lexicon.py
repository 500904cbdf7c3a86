"""A language's compiled lexicon: a small part in memory, the rest read from flash when needed.

The file, made by `harken crisis --compile` (all numbers little-endian):

| bytes | what |
|---|---|
| 4 | magic `HKG2` |
| 4 | CRC-32 of all that follows |
| 2 each | sizes in bytes: effects, combine, openers, hot, names; number of bits of a bucket |
| 4 each | offsets of the buckets, the groups and the typo lists |
| | in memory: effects, combine, openers (see `match.push`), hot, then places (2 bytes each) of |
| | 16 parts of hot, 2**bits buckets and 27 typo lists, each of the three followed by its end |
| | in flash: names, buckets, groups, typo lists |

A bucket holds the words whose hash has the same low bits, hot those that are so common that no
flash is read for them, by the low 4 bits: see `match.find_word`. A group holds the patterns that
end in one symbol, in blocks of at most BLOCK bytes: size of its records (2; bit 15: another block
follows), records (see `match.match`); its place counts in units of 2 bytes. A typo list holds the
words that begin with one letter, the last one those that begin with none from a to z: see
`scan.near`.
"""

import struct
from array import array

from harken.compat import const
from harken.crisis.match import find_word

MAGIC = b"HKG2"
#: Layout of the file's first bytes.
HEADER = "<4sI6HIII"
#: The largest piece that is read from flash at once.
BLOCK = const(512)
#: Bytes of an effect: level | person << 2 | type << 4, kind, tag, reach, lowered (2).
EFFECT = const(6)
#: Groups start at multiples of this; their places count in it.
GROUP_UNIT = const(2)
HOT_PARTS = const(16)
_TYPO_LISTS = const(27)
_A = const(97)


class Lexicon:
    """Words and patterns of one language.

    Args:
        path: of the compiled table.
        buffer: BLOCK bytes that everything is read into; several lexicons may share it.

    Attributes:
        buffer: what was read last.
        last: where the records that `group` read end in it; they begin at byte 2.
        effects, combine, openers: see the file's layout.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is no lexicon or is damaged.
    """

    def __init__(self, path, buffer):
        self._file = open(path, "rb")
        self.buffer = buffer
        self._view = memoryview(buffer)
        self._check(path)
        self._file.seek(0)
        read = self._file.read
        fields = struct.unpack(HEADER, read(struct.calcsize(HEADER)))
        effects, combine, openers, hot, self._names_size, bits = fields[2:8]
        self._buckets, self._groups, self._typos = fields[8:11]
        self.effects, self.combine, self.openers = read(effects), read(combine), read(openers)
        self._hot = read(hot)
        self._mask = (1 << bits) - 1
        self._hot_places = array("H", read(2 * (HOT_PARTS + 1)))
        self._bucket_places = array("H", read(2 * (self._mask + 2)))
        self._typo_places = array("H", read(2 * (_TYPO_LISTS + 1)))
        self._names = self._file.tell()
        self.last = 0

    def _check(self, path):
        """Reads the whole file once and compares its checksum."""
        from binascii import crc32

        head = self._file.read(8)
        if len(head) < 8 or head[:4] != MAGIC:
            raise ValueError(path + ": no lexicon of the guard")
        crc = 0
        while True:
            n = self._file.readinto(self.buffer)
            if not n:
                break
            crc = crc32(self._view[:n], crc)
        if crc != struct.unpack("<I", head[4:])[0]:
            raise ValueError(path + ": damaged (checksum)")

    def close(self):
        """Closes the file."""
        self._file.close()

    def _read(self, offset, size):
        self._file.seek(offset)
        return self._file.readinto(self._view[:size])

    def find(self, h, found):
        """Fills `found` with the symbols of the word with hash `h`: see `match.find_word`.

        Returns how many there are, or -1 for an unknown word.
        """
        part = h & (HOT_PARTS - 1)
        places = self._hot_places
        n = find_word(self._hot, places[part], places[part + 1], h, found, 1)
        if n >= 0:
            return n
        bucket = h & self._mask
        start = self._bucket_places[bucket]
        size = self._bucket_places[bucket + 1] - start
        if not size:
            return -1
        self._read(self._buckets + start, size)
        return find_word(self.buffer, 0, size, h, found, 0)

    def group(self, place, size):
        """Reads `size` bytes of the group at `place`: its records are buffer[2:last].

        Returns the place of its next block, or 0.
        """
        buffer = self.buffer
        self._read(self._groups + place * GROUP_UNIT, size)
        self.last = 2 + (buffer[0] | (buffer[1] & 127) << 8)
        return place + self.last // GROUP_UNIT if buffer[1] & 128 else 0

    def typos(self, letter):
        """Reads the list of words that begin with `letter` (a byte) into `buffer`; its size."""
        i = letter - _A if _A <= letter < _A + _TYPO_LISTS - 1 else _TYPO_LISTS - 1
        start, end = self._typo_places[i], self._typo_places[i + 1]
        if end > start:
            self._read(self._typos + start, end - start)
        return end - start

    def tag_names(self, mask):
        """The names of the tags in `mask`, joined by a plus sign."""
        self._file.seek(self._names)
        names = self._file.read(self._names_size).decode().split(",")
        return "+".join([name for i, name in enumerate(names) if mask & (1 << i)])
