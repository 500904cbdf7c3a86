"""The lexicon automaton: reads words one by one and keeps the highest level met so far.

It works online. At each word it looks for the patterns that end there; patterns and contexts
look backwards only. What it found is never taken back, so no suffix can lower a verdict.
"""

from array import array

from harken.compat import const
from harken.crisis import match, scan
from harken.crisis.disguise import Disguise
from harken.crisis.lexicon import BLOCK, EFFECT

_OTHER_SYMBOL = const(3)
# Contexts, as indices of `until`; `other` is no context of the lexicon.
_OTHER_CONTEXT = const(7)
_QUOTE_BIT, _OTHER_BIT = const(4), const(128)
# The type of an effect that opens a context (0 is danger).
_CONTEXT = const(1)
#: In place of an effect: the record is a phrase and ends with the symbol that it adds.
_PHRASE = const(255)
# A unit with a place behind it; see `match.find_word`.
_HAS_GROUP = const(0x8000)
# person of an effect
_OTHER, _SUBJECT = const(1), const(2)


class Automaton:
    """Runs a `Lexicon` over a text.

    start() begins a text, feed() takes folded UTF-8 (whole words), then read `level`, `kind`,
    `other` (1 when it is somebody else's danger) and `tags`.
    """

    def __init__(self):
        self.buffer = bytearray(BLOCK)
        self.found = array("H", [0] * match.FOUND_SIZE)
        self.out = array("i", [0] * scan.OUT_SIZE)
        self.chars = bytearray(scan.MAX_WORD)
        self._masks = bytearray(match.WINDOW)
        self._until = array("i", [-1] * 8)
        slots = array("H", [0] * (match.WINDOW * match.WIDTH))
        prints = array("H", [0] * match.WINDOW)
        self._window = (slots, self._masks, bytearray(match.WINDOW), prints, self._until)
        self._result = array("i", [0, 0])
        self._disguise = Disguise(self)

    def start(self, lexicon):
        """Takes up a lexicon and forgets the text before."""
        self.lexicon = lexicon
        self.count = 0
        self.level = self.kind = self.other = self.tags = self.shown = 0
        for i in range(8):
            self._until[i] = -1
        self._disguise.start()

    def feed(self, data):
        """Reads all words of `data`."""
        pos, end, out = 0, len(data), self.out
        word, take = scan.word, self._disguise.word
        while True:
            pos = word(data, pos, end, out, self.chars)
            if not out[scan.LENGTH]:
                return
            take()

    def push(self, n, boundary):
        """Takes a word with the symbols found[:n] and looks for patterns that end in it."""
        number = self.count
        self.count = number + 1
        found = self.found
        wanted = match.push(self._window, number, boundary, found, n, self.lexicon.openers)
        i = 0
        while wanted >> i:
            if wanted >> i & 1:
                wanted |= self._try_group(number, found[match.PLACE + i], found[match.SIZE + i], i)
            i += 1

    def pop(self, words):
        """Forgets the last words, which turned out to be parts of a disguised one."""
        self.count -= words

    def _try_group(self, number, place, size, i):
        """Acts on every pattern of the group that ends at word `number`, in its i-th symbol.

        Returns a mask of the symbols that phrases have added to the word.
        """
        lexicon, result, window = self.lexicon, self._result, self._window
        buffer = self.buffer
        span = window[0][(number & (match.WINDOW - 1)) * match.WIDTH + i] >> 12
        added = 0
        while size:
            following = lexicon.group(place, size)
            at, end = 2, lexicon.last
            while at < end:
                at = match.match(buffer, at, end, window, number, span, result)
                if at < 0:
                    break
                effect = buffer[at + 1]
                at += 2 + 2 * buffer[at]
                if effect == _PHRASE:
                    added |= self._phrase(at, number)
                    at += 4 if buffer[at + 1] & 128 else 2
                else:
                    self._act(effect * EFFECT, result[0], number)
            place, size = following, BLOCK if following else 0
        return added

    def _phrase(self, at, number):
        """Gives the symbol of the phrase's unit at buffer[at] to its last word, which is `number`.

        Returns a mask with its place among the word's symbols, where its group is to be tried.
        """
        buffer, found = self.buffer, self.found
        unit = buffer[at] | buffer[at + 1] << 8
        symbol = unit & 0xFFF
        i = match.add_symbol(self._window, number, symbol | number - self._result[1] << 12)
        if i < 0:
            return 0
        openers = self.lexicon.openers
        if symbol < openers[0] and openers[1 + symbol]:
            self._until[openers[1 + symbol] >> 4] = number + (openers[1 + symbol] & 15)
        if symbol == _OTHER_SYMBOL:
            self._until[_OTHER_CONTEXT] = number + match.OTHER_REACH
            self._masks[number & (match.WINDOW - 1)] |= _OTHER_BIT
        if not unit & _HAS_GROUP:
            return 0
        found[match.PLACE + i] = buffer[at + 2] | buffer[at + 3] << 8
        found[match.SIZE + i] = match.PIECE << (unit >> 12 & 7)
        return 1 << i

    def _act(self, at, mask, number):
        """Opens a context, or raises the level as far as the contexts in `mask` let it."""
        effects = self.lexicon.effects
        head, kind = effects[at], effects[at + 1]
        if head >> 4 == _CONTEXT:
            self._until[kind] = number + effects[at + 3]
            return
        full = head & 3
        level = self._lowered(full, effects[at + 4] | effects[at + 5] << 8, mask)
        if level < full:  # excused, so it joins no combination
            tag = 0
            if not level:
                return
        else:
            tag = 1 << effects[at + 2]
        if tag and not self.tags & tag:
            self.tags |= tag
            level = max(level, self._combined())
        person = head >> 2 & 3
        other = person == _OTHER or person == _SUBJECT and mask & (_OTHER_BIT | _QUOTE_BIT) != 0
        if not full:  # a tag alone: it says when or with what, not who or what
            other, kind = (self.other, self.kind) if self.level else (other, kind)
        if level > self.level or level == self.level and self.other and not other:
            self.level, self.kind, self.other = level, kind, int(other)
        self.shown |= 1 << effects[at + 2]

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
        rows, best = self.lexicon.combine, 0
        for i in range(0, len(rows), 3):
            needs = rows[i] | rows[i + 1] << 8
            if self.tags & needs == needs:
                best = max(best, rows[i + 2])
        return best
