"""A language's compiled lexicon: a small part in memory, the rest read from flash when needed.

The file, made by `harken crisis --compile` (all numbers little-endian):

| bytes | what |
|---|---|
| 4 | magic `HKG4` |
| 4 | CRC-32 of all that follows |
| 2 each | sizes in bytes: memory, names, effects |
| 4 each | offsets of the lines, the groups and the typo lists |
| | memory: what is kept in it; names, effects, lines, groups and typo lists stay in flash |

Memory begins with where its parts lie in it (2 bytes each): combine, openers, places of hot, moves,
places of typo lists, words, letters; then the number of moves and that of lines (2 bytes each).

| part | what |
|---|---|
| combine | tags that are needed (2 bytes, one bit each) and the level that they make together |
| openers | how many symbols there are, then for each of them the context << 4 | reach that a word |
| | with that symbol opens, 0 for nothing |
| hot | the commonest words, in HOT_PARTS parts by the low bits of their hash: see `reader.read` |
| places of hot | where in memory they begin, and where the last one ends (2 bytes each) |
| moves | a number that the place of the words is reckoned from whose hashes share it |
| places of typo lists | where they begin, and where the last one ends (2 bytes each) |
| words, letters | how many words each typo list has (1 byte each) and what letters each word |
| | holds (3 bytes each): see `letters.typo`; where these are not kept they lie at 0 |

A line has room for a few words, and zeros behind them. A word's hash says which move is its own,
and both together which line; a move is chosen so that all its words find room. So one read of a
few bytes tells whether a word is known. Records that are too long for a line lie behind all lines.

A group holds the patterns that end in one symbol; its place counts in units of GROUP_UNIT bytes. A
small one (code 0 to 4: it fits into PIECE << code bytes) is the size of its records (2 bytes) and
those: see `match.match`. A large one (code SPLIT and more: 8, 16 or 32 parts) begins with a
directory: the sizes of its parts in units of 2 bytes (1 byte each), which are that of patterns of
one element, those of patterns whose element before the last has bits 4 and up of its symbol in
common, first where no gap stands between the two, then where one does; and a byte that means
nothing. Two bytes behind each record of a part give its place in the lexicon's order.

A typo list holds the
words that begin with one letter, the last one those that begin with none from a to z: see
`letters.near`. Where the words' letters are not in memory it is in pieces of BLOCK bytes, padded
with zeros.
"""

import struct

from harken.compat import MICROPYTHON, const
from harken.crisis.letters import entry

if not MICROPYTHON:
    from harken.crisis.plain import open

MAGIC = b"HKG4"
#: Layout of the file's first bytes.
HEADER = "<4sI3HIII"
#: The largest piece that is read from flash at once.
BLOCK = const(256)
#: Bytes of a line.
LINE = const(40)
#: Bytes of an effect: level | person << 2 | type << 4, kind, tag, reach, lowered (2).
EFFECT = const(6)
#: Groups start at multiples of this; their places count in it.
GROUP_UNIT = const(8)
#: A small group fits into this, doubled as often as its code says; the first code of a large one.
PIECE = const(16)
SPLIT = const(5)
#: Bytes of the largest directory.
DIRECTORY_SIZE = const(66)
HOT_PARTS = const(32)
TYPO_LISTS = const(27)
_TAGS = const(16)


class Lexicon:
    """Words and patterns of one language.

    Args:
        path: of the compiled table.
        buffer: BLOCK bytes that everything is read into; several lexicons may share it.

    Attributes:
        buffer: what was read last.
        file, memory: see the file's layout.
        lines, groups, typos: where they lie in the file.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is no lexicon or is damaged.
    """

    def __init__(self, path, buffer):
        self.file = open(path, "rb")
        self.buffer = buffer
        self._check(path)
        self.file.seek(0)
        head = self.file.read(struct.calcsize(HEADER))
        memory, names, effects, self.lines, self.groups, self.typos = struct.unpack(HEADER, head)[
            2:
        ]
        self.memory = self.file.read(memory)
        self._names = self.file.tell()
        self._effects = self._names + names

    def _check(self, path):
        """Reads the whole file once and compares its checksum."""
        from binascii import crc32

        head = self.file.read(8)
        if len(head) < 8 or head[:4] != MAGIC:
            raise ValueError(path + ": no lexicon of the guard")
        crc = 0
        while True:
            n = self.file.readinto(self.buffer)
            if not n:
                break
            crc = crc32(memoryview(self.buffer)[:n], crc)
        if crc != struct.unpack("<I", head[4:])[0]:
            raise ValueError(path + ": damaged (checksum)")

    def close(self):
        """Closes the file."""
        self.file.close()

    def effect(self, i, out):
        """Reads an effect, which is rarely asked for, into `out` (EFFECT bytes)."""
        self.file.seek(self._effects + i * EFFECT)
        self.file.readinto(out, EFFECT)

    def tag_names(self, mask):
        """The names of the tags in `mask`, joined by a plus sign."""
        names, end = self.buffer, self._effects - self._names
        self.file.seek(self._names)
        self.file.readinto(names, end)
        found = []
        for i in range(_TAGS):
            if mask & 1 << i:
                place = entry(names, end, i)
                found.append(str(names[place >> 8 : (place >> 8) + (place & 255)], "utf-8"))
        return "+".join(found)
