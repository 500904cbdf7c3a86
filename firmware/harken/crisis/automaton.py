"""The lexicon automaton: reads words one by one and keeps the highest level met so far.

It works online. At each word it looks for the patterns that end there; patterns and contexts
look backwards only. What it found is never taken back, so no suffix can lower a verdict.
"""

from array import array

from harken.compat import const
from harken.crisis import letters, match, reader, scan, search
from harken.crisis import lexicon as tables
from harken.crisis.disguise import Disguise

# Contexts, as bits; `other` is no context of the lexicon.
_QUOTE_BIT = const(4)
_OTHER_BIT = const(128)
# The type of an effect that opens a context, and of weak danger (0 is danger).
_CONTEXT = const(1)
_WEAK = const(2)
# Behind an effect: whether weak patterns count; a byte there costs no heap.
_COUNTS = const(6)
# In place of an effect: the record is a phrase and ends with the symbol that it adds.
_PHRASE = const(255)
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
_LINES = const(22)
_GROUPS = const(23)
_TYPOS = const(24)
_WHOLE = const(26)
_CHARS_SIZE = const(128)
_LOOK_UP = const(3)
_TAKE = const(4)
_DONE = const(0)
_ANSWER = const(1)
_WORDS = const(32)
_MASKS = const(256)
_UNTIL = const(416)
_MASK = const(0)
_FIRST = const(1)
_LAST = const(11)
_NEXT_RECORD = const(16)
_RECORD = const(17)
_ORDER_SIZE = const(2)
_ACT = const(3)
_KEEP = const(4)


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
        self._effect = bytearray(tables.EFFECT + 1)
        self._search = array("I", [0] * search.SEARCH_SIZE)
        self.directory = bytearray(tables.DIRECTORY_SIZE)
        self._seen = bytearray(match.SEEN_SIZE)
        self._kept = None  # matches in the parts of a group
        self._disguise = Disguise(self)
        self.lexicon = self._tools = None

    def start(self, lexicon, weak=True):
        """Takes up a lexicon and forgets the text before.

        `weak`: whether weak patterns and combinations count. Where they do not, those that are
        high or imminent are of concern, and those of concern are nothing.
        """
        if lexicon is not self.lexicon:
            self._take_up(lexicon)
        reader.reset(self.out, self._window, self._seen)
        self.level = self.kind = self.other = self.tags = self.shown = 0
        self._effect[_COUNTS] = weak

    def _take_up(self, lexicon):
        self.lexicon = lexicon
        out, file = self.out, lexicon.file
        out[_LINES], out[_GROUPS], out[_TYPOS] = lexicon.lines, lexicon.groups, lexicon.typos
        tools = [out, lexicon.memory, self.buffer, self._window, self._search, self.chars]
        self._tools = tuple(tools + [self.directory, file.seek, file.readinto, self._seen])

    def read(self, text):
        """Reads all words of `text`, which no word may go beyond."""
        data = letters.folded(text)
        self._feed(data, len(data))

    def feed(self, data):
        """Reads all words of `data`, folded ASCII, in pieces as `guard` makes them."""
        self._feed(data, 0)

    def _feed(self, data, end):
        """Reads all words of `data`, of which the first piece ends at `end`."""
        out = self.out
        out[_POS], out[_END], out[_PHASE] = 0, end, 0
        out[_WHOLE] = len(data)
        while True:
            why = self._go_on(data)
            if why == _DONE:
                return
            self._disguise.word(why, data)

    def _go_on(self, data):
        """Reads on, and acts on what is found, until the disguises are to be asked."""
        while True:
            why = reader.read(data, self._tools)
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
        if record[at + 1] == _PHRASE:
            tools = self._window, self._search, self._seen, self.lexicon.memory
            match.phrase(record, at, start, *tools)
        else:
            self._act(record[at + 1], mask, self._search[_LAST])

    def _act(self, effect, mask, number):
        """Opens a context, or raises the level as far as the contexts in `mask` let it."""
        own = self._effect
        self.lexicon.effect(effect, own)
        head, kind = own[0], own[1]
        if head >> 4 == _CONTEXT:
            self._window[_UNTIL + kind] = number + own[3] + 1
            return
        full = head & 3
        level = self._lowered(full, own[4] | own[5] << 8, mask)
        if level < full:  # excused, so it joins no combination
            tag = 0
            if not level:
                return
        else:
            tag = 1 << own[2]
            if head >> 4 == _WEAK and not own[_COUNTS]:
                full = level = full >> 1
        if tag and not self.tags & tag:
            self.tags |= tag
            together = match.combined(self.tags, self.lexicon.memory)
            level = max(level, together if own[_COUNTS] else together >> 1)
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
