"""A language's compiled lexicon: a small part in memory, the rest read from flash when needed.

The file, made by `harken crisis --compile` (all numbers little-endian):

| bytes | what |
|---|---|
| 4 | magic `HKG1` |
| 4 | CRC-32 of all that follows |
| 2 each | sizes: effects, combine, hot, names (bytes), number of symbols with groups |
| 4 each | offsets of the buckets, the groups and the typo lists |
| | in memory: effects, combine, hot, then places (2 bytes each) of 256 buckets, 512 group |
| | buckets and 27 typo lists, each of the three followed by its end |
| | in flash: names, buckets, groups, typo lists |

A bucket holds the words whose hash has that low byte: hash (3 bytes), n, n symbols. A group holds
the patterns that end in one symbol; a group bucket those of the symbols that are alike in their
low 9 bits, in blocks of at most BLOCK bytes: size (2), then segments of symbol (2), size (2) and
records (see `match`). A typo list holds the words that begin with one letter, the last one those
that begin with none from a to z: see `scan.near`.
"""

import struct
from array import array

from harken.compat import const
from harken.crisis.match import find_segment, find_word

MAGIC = b"HKG1"
#: Layout of the file's first bytes.
HEADER = "<4sI5HIII"
#: The largest piece that is read from flash at once.
BLOCK = const(512)
#: Bytes of an effect: level | person << 2 | type << 4, kind, tag, reach, lowered (2).
EFFECT = const(6)
#: Groups and their blocks start at multiples of this; their places count in it.
GROUP_UNIT = const(4)
_BUCKETS = const(256)
_GROUP_BUCKETS = const(512)
_TYPO_LISTS = const(27)
_A = const(97)


class Lexicon:
    """Words and patterns of one language.

    Attributes:
        buffer: what was read last; `group` fills it.
        first, last: where the records that `group` found begin and end in it.
        effects, combine: see the file's layout.
        groups: symbols below this number may have a group.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is no lexicon or is damaged.
    """

    def __init__(self, path):
        self._file = open(path, "rb")
        self.buffer = bytearray(BLOCK)
        self._view = memoryview(self.buffer)
        self._check(path)
        self._file.seek(0)
        read = self._file.read
        fields = struct.unpack(HEADER, read(struct.calcsize(HEADER)))
        effects, combine, hot, self._names_size, self.groups = fields[2:7]
        self._buckets, self._groups, self._typos = fields[7:10]
        self.effects, self.combine, self._hot = read(effects), read(combine), read(hot)
        self._bucket_places = array("H", read(2 * (_BUCKETS + 1)))
        self._group_places = array("H", read(2 * (_GROUP_BUCKETS + 1)))
        self._typo_places = array("H", read(2 * (_TYPO_LISTS + 1)))
        self._names = self._file.tell()
        self.first = self.last = 0

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

    def find(self, h, slots):
        """Copies the symbols of the word with hash `h` into `slots`, ended by a 0.

        Returns how many there are, or -1 for an unknown word.
        """
        n = find_word(self._hot, len(self._hot), h, slots)
        if n >= 0:
            return n
        bucket = h & (_BUCKETS - 1)
        start = self._bucket_places[bucket]
        size = self._bucket_places[bucket + 1] - start
        if not size:
            return -1
        self._read(self._buckets + start, size)
        return find_word(self.buffer, size, h, slots)

    def group(self, symbol, block):
        """Reads a block that may hold patterns that end in `symbol` into `buffer`.

        `block` is 0 for the first one, else what the call before returned. Returns what to ask
        for next, or 0 when this was the last one. The records are buffer[first:last].
        """
        bucket = symbol & (_GROUP_BUCKETS - 1)
        start = block or self._group_places[bucket]
        end = self._group_places[bucket + 1]
        self.first = self.last = 0
        if start >= end:
            return 0
        buffer = self.buffer
        self._read(self._groups + start * GROUP_UNIT, min(BLOCK, (end - start) * GROUP_UNIT))
        size = buffer[0] | buffer[1] << 8
        at = find_segment(buffer, size, symbol)
        if at:
            self.first = at
            self.last = at + (buffer[at - 2] | buffer[at - 1] << 8)
        following = start + (size + GROUP_UNIT - 1) // GROUP_UNIT
        return following if following < end else 0

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
