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
_FOUND = const(11)
_WANTED = const(12)
_COUNT = const(13)
_ASKED = const(20)
_BUCKETS = const(22)
_GROUPS = const(23)
_CHARS_SIZE = const(96)
_LOOK_UP = const(3)
_TAKE = const(4)
_DONE = const(0)
_ANSWER = const(1)
_WORDS = const(32)
_MASKS = const(256)
_UNTIL = const(416)
_PLACES = const(424)
_SIZES = const(432)
_NEARS = const(440)
_FARS = const(448)
_MASK = const(0)
_FIRST = const(1)
_LAST = const(11)
_NEXT_RECORD = const(16)
_RECORD = const(17)
_SYMBOLS = const(18)
_ORDER_SIZE = const(2)
_ACT = const(3)
_KEEP = const(4)
_COMBINE = const(0)
_OPENERS = const(1)


class Automaton:
    """Runs a `Lexicon` over a text.

    start() begins a text, read() takes a piece of it (whole words); then look at `level`, `kind`,
    `other` (1 when it is somebody else's danger) and `tags`.
    """

    def __init__(self):
        self.buffer = bytearray(tables.BLOCK)
        self.out = array("i", [0] * reader.OUT_SIZE)
        self.chars = bytearray(_CHARS_SIZE)
        self._window = array("H", [0] * match.WINDOW_SIZE)
        self._effect = bytearray(tables.EFFECT)
        self._search = array("I", [0] * search.SEARCH_SIZE)
        self._directory = bytearray(tables.DIRECTORY_SIZE)
        self._kept = None  # matches in the parts of a group
        self._disguise = Disguise(self)

    def start(self, lexicon):
        """Takes up a lexicon and forgets the text before."""
        self.lexicon = lexicon
        out = self.out
        out[_BUCKETS], out[_GROUPS], out[_COUNT] = lexicon.buckets, lexicon.groups, 0
        self.level = self.kind = self.other = self.tags = self.shown = 0
        for i in range(8):
            self._window[_UNTIL + i] = 0
        self._disguise.start()

    def read(self, text):
        """Reads all words of `text`, which no word may go beyond."""
        self.feed(letters.folded(text))

    def feed(self, data):
        """Reads all words of `data`, folded UTF-8."""
        out = self.out
        out[_POS], out[_END], out[_PHASE] = 0, len(data), 0
        while True:
            why = self._go_on(data)
            if why == _DONE:
                return
            self._disguise.word(why, data)

    def _go_on(self, data):
        """Reads on, and acts on what is found, until the disguises are to be asked."""
        lexicon, read = self.lexicon, reader.read
        file = lexicon.file
        while True:
            why = read(
                data,
                self.out,
                lexicon.memory,
                self.buffer,
                self._window,
                self._search,
                self.chars,
                self._directory,
                file.seek,
                file.readinto,
            )
            if why != _ANSWER:
                return why
            self._answer(self.out[_WANTED])

    def find(self, h):
        """Looks up the word of hash `h`, to be pushed; returns how many symbols it has.

        It is -1 for an unknown word.
        """
        self.out[_ASKED], self.out[_PHASE] = h, _LOOK_UP
        self._go_on(b"")
        return self.out[_FOUND]

    def push(self, n, boundary):
        """Takes the word that was found last, of n symbols, and looks for what ends in it."""
        out = self.out
        out[_FOUND], out[scan.BOUNDARY], out[_PHASE] = n, boundary, _TAKE
        self._go_on(b"")

    def pop(self, words):
        """Forgets the last words, which turned out to be parts of a disguised one."""
        self.out[_COUNT] -= words

    def _answer(self, wanted):
        """Does what a search asks for.

        What the parts of a large group hold is acted upon in the lexicon's order.
        """
        asked = self._search
        if wanted == _ACT:
            self._apply(self.buffer, asked[_RECORD], asked[_MASK], asked[_FIRST])
        elif wanted == _KEEP:
            buffer, end = self.buffer, asked[_NEXT_RECORD] - _ORDER_SIZE
            order = buffer[end] | buffer[end + 1] << 8
            record = bytes(buffer[asked[_RECORD] : end])
            self._kept = self._kept or []
            self._kept.append((order, asked[_MASK], asked[_FIRST], record))
        else:
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
        window = self._window
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
        window[_PLACES + i] = record[at + 6] | record[at + 7] << 8
        window[_SIZES + i] = unit >> 12 & 7
        window[_NEARS + i] = window[_FARS + i] = 0xFFFF
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
