"""The lexicon automaton: reads words one by one and keeps the highest level met so far.

It works online. At each word it looks for the patterns that end there; patterns and contexts
look backwards only. What it found is never taken back, so no suffix can lower a verdict.
"""

from array import array

from harken.compat import const
from harken.crisis import scan
from harken.crisis.disguise import Disguise
from harken.crisis.lexicon import EFFECT
from harken.crisis.match import WIDTH, WINDOW, add_symbol, contexts, match, store

# Reserved symbols, as bits of what `store` returns.
_I_BIT, _ME_BIT, _OTHER_SUBJECT_BIT, _BUT_BIT = const(2), const(4), const(8), const(32)
_OTHER_SYMBOL = const(3)
# Contexts, as indices of `_until`; `other` is no context of the lexicon.
_NEGATION, _OTHER_CONTEXT = const(0), const(7)
_QUOTE_BIT, _OTHER_BIT = const(4), const(128)
#: Words that somebody else stays the subject.
_OTHER_REACH = const(8)
# The type of an effect that opens a context (0 is danger).
_CONTEXT = const(1)
#: In place of an effect: the record is a phrase and ends with the symbol that it adds.
_PHRASE = const(255)
# person of an effect
_OTHER, _SUBJECT = const(1), const(2)


class Automaton:
    """Runs one `Lexicon` over a text.

    start() begins a text, feed() takes folded UTF-8 (whole words), then read `level`, `kind`,
    `other` (1 when it is somebody else's danger) and `tags`.
    """

    def __init__(self, lexicon):
        self.lexicon = lexicon
        self.found = array("H", [0] * (WIDTH + 1))
        self.out = array("i", [0] * scan.OUT_SIZE)
        self.chars = bytearray(scan.MAX_WORD)
        self._slots = array("H", [0] * (WINDOW * WIDTH))
        self._masks = bytearray(WINDOW)
        self._bounds = bytearray(WINDOW)
        self._until = array("i", [-1] * 8)
        self._window = (self._slots, self._masks, self._bounds)
        self._result = array("i", [0, 0])
        self._disguise = Disguise(self)
        self.start()

    def start(self):
        """Forgets the text before."""
        self.count = 0
        self.level = self.kind = self.other = self.tags = self.shown = 0
        for i in range(8):
            self._until[i] = -1
        self._disguise.start()

    def feed(self, data):
        """Reads all words of `data`."""
        pos, end, out = 0, len(data), self.out
        while True:
            pos = scan.word(data, pos, end, out, self.chars)
            if not out[scan.LENGTH]:
                return
            self._disguise.word()

    def push(self, n, boundary):
        """Takes a word with the symbols found[:n] and looks for patterns that end in it."""
        number = self.count
        self.count = number + 1
        at = number & (WINDOW - 1)
        self._bounds[at] = boundary
        reserved = store(self._slots, number, self.found, n)
        if boundary or reserved:
            self._close(boundary, reserved)
            if reserved & _OTHER_SUBJECT_BIT:
                self._until[_OTHER_CONTEXT] = number + _OTHER_REACH
        self._masks[at] = contexts(self._until, number)
        if n:
            self._look(number, at)

    def pop(self, words):
        """Forgets the last words, which turned out to be parts of a disguised one."""
        self.count -= words

    def _close(self, boundary, reserved):
        """Ends the contexts that a boundary or a reserved word ends."""
        until = self._until
        if boundary == scan.HARD or reserved & _BUT_BIT:
            for i in range(8):
                until[i] = -1
            return
        if boundary or reserved & (_I_BIT | _OTHER_SUBJECT_BIT):
            until[_NEGATION] = -1
        if reserved & (_I_BIT | _ME_BIT):
            until[_OTHER_CONTEXT] = -1

    def _look(self, number, at):
        """Tries the groups of all symbols of word `number`; phrases add symbols on the way."""
        lexicon, slots = self.lexicon, self._slots
        i = at * WIDTH
        stop = i + WIDTH
        while i < stop:
            slot = slots[i]
            if not slot:
                return
            i += 1
            symbol = slot & 0xFFF
            if symbol >= lexicon.groups:
                continue
            block = 0
            while True:
                block = lexicon.group(symbol, block)
                self._try_block(number, slot >> 12)
                if not block:
                    break

    def _try_block(self, number, span):
        """Acts on every record of the block whose pattern ends at word `number`."""
        buffer, result = self.lexicon.buffer, self._result
        place, end = self.lexicon.first, self.lexicon.last
        while True:
            place = match(buffer, place, end, self._window, number, span, result)
            if place < 0:
                return
            effect = buffer[place + 1]
            place += 2 + 2 * buffer[place]
            if effect == _PHRASE:
                self._phrase(buffer[place] | buffer[place + 1] << 8, number)
                place += 2
            else:
                self._act(effect * EFFECT, result[0], number)

    def _phrase(self, symbol, number):
        """Gives the phrase's symbol to its last word."""
        span = number - self._result[1]
        if add_symbol(self._slots, number, symbol | span << 12) and symbol == _OTHER_SYMBOL:
            self._until[_OTHER_CONTEXT] = number + _OTHER_REACH
            self._masks[number & (WINDOW - 1)] |= _OTHER_BIT

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
