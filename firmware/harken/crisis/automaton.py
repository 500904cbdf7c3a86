"""The lexicon automaton: reads words one by one and keeps the highest level met so far.

It works online. At each word it looks for the patterns that end there; patterns and contexts
look backwards only. What it found is never taken back, so no suffix can lower a verdict.
"""

from array import array

from harken.compat import const
from harken.crisis import letters, match, reader, scan, search
from harken.crisis import lexicon as tables
from harken.crisis.disguise import Disguise

_OTHER_SYMBOL = const(3)
# Contexts, as indices of `until`; `other` is no context of the lexicon.
_OTHER_CONTEXT = const(7)
_QUOTE_BIT = const(4)
_OTHER_BIT = const(128)
# How long somebody else stays the subject, in words.
_OTHER_REACH = const(8)
# The type of an effect that opens a context (0 is danger).
_CONTEXT = const(1)
# In place of an effect: the record is a phrase and ends with the symbol that it adds.
_PHRASE = const(255)
# A unit of a phrase with its group's place behind it.
_HAS_GROUP = const(0x8000)
# person of an effect
_OTHER = const(1)
_SUBJECT = const(2)
# See `reader`, `match`, `search` and `lexicon`.
_POS = const(8)
_END = const(9)
_PHASE = const(10)
_WANTED = const(12)
_COUNT = const(13)
_CHARS_SIZE = const(96)
_DONE = const(0)
_BUCKET = const(1)
_GROUPS = const(2)
_WORDS = const(32)
_MASKS = const(256)
_UNTIL = const(416)
_PLACES = const(8)
_SIZES = const(16)
_NEARS = const(24)
_FARS = const(32)
_MASK = const(0)
_FIRST = const(1)
_INDEX = const(3)
_PIECE_PLACE = const(6)
_PIECE_SIZE = const(7)
_LAST = const(11)
_NEXT_RECORD = const(16)
_RECORD = const(17)
_SYMBOLS = const(18)
_STEP = const(19)
_ORDER_SIZE = const(2)
_SEARCHED = const(0)
_READ = const(1)
_DIRECTORY = const(2)
_ACT = const(3)
_KEEP = const(4)
_UNIT = const(16)
_COMBINE = const(0)
_OPENERS = const(1)


class Automaton:
    """Runs a `Lexicon` over a text.

    start() begins a text, read() takes a piece of it (whole words); then look at `level`, `kind`,
    `other` (1 when it is somebody else's danger) and `tags`.
    """

    def __init__(self):
        self.buffer = bytearray(tables.BLOCK)
        self.found = array("H", [0] * match.FOUND_SIZE)
        self.out = array("i", [0] * scan.OUT_SIZE)
        self.chars = bytearray(_CHARS_SIZE)
        self._window = array("H", [0] * match.WINDOW_SIZE)
        self._effect = bytearray(tables.EFFECT)
        self._search = array("I", [0] * search.SEARCH_SIZE)
        directory = bytearray(tables.DIRECTORY_SIZE)
        self._kept = None  # matches in the parts of a group
        self._tools = (self.buffer, self._window, self._search, self.found, directory)
        self._disguise = Disguise(self)

    def start(self, lexicon):
        """Takes up a lexicon and forgets the text before."""
        self.lexicon = lexicon
        self._groups = lexicon.groups
        self._seek, self._readinto = lexicon.file.seek, lexicon.file.readinto
        self.out[_COUNT] = 0
        self.level = self.kind = self.other = self.tags = self.shown = 0
        for i in range(8):
            self._window[_UNTIL + i] = 0
        self._disguise.start()

    def read(self, text):
        """Reads all words of `text`, which no word may go beyond."""
        self.feed(letters.folded(text))

    def feed(self, data):
        """Reads all words of `data`, folded UTF-8."""
        out, buffer, found, chars = self.out, self.buffer, self.found, self.chars
        window, lexicon, read = self._window, self.lexicon, reader.read
        memory, buckets = lexicon.memory, lexicon.buckets
        seek, readinto = self._seek, self._readinto
        out[_POS], out[_END], out[_PHASE] = 0, len(data), 0
        while True:
            why = read(data, out, memory, buffer, window, found, chars)
            if why == _BUCKET:
                where = out[_WANTED]
                seek(buckets + (where >> 4) * _UNIT)
                readinto(buffer, (where & 15) * _UNIT)
            elif why == _GROUPS:
                self._try_groups(out[_WANTED])
            elif why == _DONE:
                return
            else:
                self._disguise.word(why, data)

    def push(self, n, boundary):
        """Takes a word with the symbols found[:n] and looks for patterns that end in it."""
        out = self.out
        number = out[_COUNT]
        out[_COUNT] = number + 1
        memory = self.lexicon.memory
        self._try_groups(match.push(self._window, number, boundary, self.found, n, memory))

    def pop(self, words):
        """Forgets the last words, which turned out to be parts of a disguised one."""
        self.out[_COUNT] -= words

    def _try_groups(self, wanted):
        """Acts on what ends in those of the last word's symbols that have a bit in `wanted`."""
        asked, tools = self._search, self._tools
        asked[_LAST] = self.out[_COUNT] - 1
        asked[_INDEX] = asked[_STEP] = 0
        asked[_SYMBOLS] = wanted
        while True:
            wanted = search.step(tools)
            if wanted == _READ:
                self._seek(self._groups + asked[_PIECE_PLACE])
                self._readinto(tools[0], asked[_PIECE_SIZE])
            elif wanted == _SEARCHED:
                return
            else:
                self._answer(wanted)

    def _answer(self, wanted):
        """Does what a search asks for besides plain reading.

        What the parts of a large group hold is acted upon in the lexicon's order.
        """
        asked = self._search
        if wanted == _DIRECTORY:
            self._seek(self._groups + asked[_PIECE_PLACE])
            self._readinto(self._tools[4], asked[_PIECE_SIZE])
        elif wanted == _ACT:
            self._apply(self.buffer, asked[_RECORD], asked[_MASK], asked[_FIRST])
        elif wanted == _KEEP:
            buffer, end = self.buffer, asked[_NEXT_RECORD] - _ORDER_SIZE
            order = buffer[end] | buffer[end + 1] << 8
            record = bytes(buffer[asked[_RECORD] : end])
            self._kept = self._kept or []
            self._kept.append((order, asked[_MASK], asked[_FIRST], record))
        elif self._kept:
            self._apply_all()

    def _apply_all(self):
        kept, self._kept = sorted(self._kept), None
        for _, mask, start, record in kept:
            number = self._search[_LAST]
            mask |= self._window[_MASKS + (number & (_WORDS - 1))] & _OTHER_BIT
            self._apply(record, 0, mask, start)

    def _apply(self, record, at, mask, start):
        """Acts on a record that matches the words from `start` to the last one."""
        effect, number = record[at + 1], self._search[_LAST]
        if effect == _PHRASE:
            self._phrase(record, at + 2 + 2 * record[at], number, start)
        else:
            self._act(effect, mask, number)

    def _phrase(self, record, at, number, start):
        """Gives the symbol of the phrase's unit at record[at] to its last word, `number`.

        What ends in it is searched for, too.
        """
        found, window = self.found, self._window
        unit = record[at] | record[at + 1] << 8
        symbol = unit & 0xFFF
        i = match.add_symbol(
            window,
            number,
            symbol | number - start << 12,
            record[at + 2] | record[at + 3] << 8,
            record[at + 4] | record[at + 5] << 8,
        )
        if i < 0:
            return
        opened = self.lexicon.opened(symbol)
        if opened:
            self._open(opened >> 4, number + (opened & 15))
        if symbol == _OTHER_SYMBOL:
            self._open(_OTHER_CONTEXT, number + _OTHER_REACH)
            window[_MASKS + (number & (_WORDS - 1))] |= _OTHER_BIT
        if not unit & _HAS_GROUP:
            return
        found[_PLACES + i] = record[at + 6] | record[at + 7] << 8
        found[_SIZES + i] = unit >> 12 & 7
        found[_NEARS + i] = found[_FARS + i] = 0xFFFF
        self._search[_SYMBOLS] |= 1 << i

    def _open(self, context, last):
        """Opens a context until the word `last`."""
        self._window[_UNTIL + context] = last + 1

    def _act(self, effect, mask, number):
        """Opens a context, or raises the level as far as the contexts in `mask` let it."""
        own = self._effect
        self.lexicon.effect(effect, own)
        head, kind = own[0], own[1]
        if head >> 4 == _CONTEXT:
            return self._open(kind, number + own[3])
        full = head & 3
        level = self._lowered(full, own[4] | own[5] << 8, mask)
        if level < full:  # excused, so it joins no combination
            tag = 0
            if not level:
                return
        else:
            tag = 1 << own[2]
        if tag and not self.tags & tag:
            self.tags |= tag
            level = max(level, self._combined())
        person = head >> 2 & 3
        other = person == _OTHER or person == _SUBJECT and mask & (_OTHER_BIT | _QUOTE_BIT) != 0
        if not full:  # a tag alone: it says when or with what, not who or what
            other, kind = (self.other, self.kind) if self.level else (other, kind)
        if level > self.level or level == self.level and self.other and not other:
            self.level, self.kind, self.other = level, kind, int(other)
        self.shown |= 1 << own[2]

    def _lowered(self, level, lowered, mask):
        """The lowest level that the contexts in `mask` leave; 2 bits a context in `lowered`."""
        mask &= _OTHER_BIT - 1
        while mask and level:
            if mask & 1 and lowered & 3 < level:
                level = lowered & 3
            mask >>= 1
            lowered >>= 2
        return level

    def _combined(self):
        """The highest level of the combinations of tags that are complete."""
        rows, best = self.lexicon.memory, 0
        for i in range(self.lexicon.offset(_COMBINE), self.lexicon.offset(_OPENERS), 3):
            needs = rows[i] | rows[i + 1] << 8
            if self.tags & needs == needs:
                best = max(best, rows[i + 2])
        return best
