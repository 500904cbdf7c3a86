"""Splits a text into tokens, one pass, no allocation per token.

A token is a run of word characters or a run of symbols. Inside words an apostrophe is dropped
("don't" and "dont" are one token), digits become 0, and a character that is repeated stands at
most twice ("sooooo" is "soo"). An emoji is a token of its own; skin tones, joiners and variation
selectors are dropped.
"""

from array import array

from harken.compat import const
from harken.text.fold import fold

#: Characters of a text that are read; the rest is ignored.
MAX_CHARS = const(2000)
#: Characters of a token that are kept; the rest of the token is ignored.
MAX_LENGTH = const(24)

_SPACE, _WORD, _SYMBOL, _SINGLE, _DROPPED = const(0), const(1), const(2), const(3), const(4)
_APOSTROPHE, _ZERO, _NINE = const(39), const(48), const(57)


def _kind(code):
    """The class of a folded code point."""
    if 97 <= code <= 122 or 48 <= code <= 57:
        return _WORD
    if code <= 32 or 0x7F <= code <= 0xA0:
        return _SPACE
    if code == _APOSTROPHE:
        return _DROPPED
    if code < 0xAA or code == 0xD7 or code == 0xF7:
        return _SYMBOL
    if code < 0x2000:
        return _WORD
    return _kind_above(code)


def _kind_above(code):
    """The class of a code point from U+2000 on: punctuation, pictures, joiners, letters."""
    if code <= 0x200A or code == 0x2028 or code == 0x2029 or code == 0x3000:
        return _SPACE
    if code <= 0x200F or code == 0x2060 or 0xFE00 <= code <= 0xFE0F or code == 0xFEFF:
        return _DROPPED
    if 0x1F3FB <= code <= 0x1F3FF or code >= 0xE0000:
        return _DROPPED
    if code < 0x2070 or 0x3001 <= code <= 0x303F:
        return _SYMBOL
    if 0x2190 <= code < 0x2C00 or code >= 0x1F000 and code < 0x20000:
        return _SINGLE
    return _WORD


class Tokens:
    """Reads the tokens of a text into one buffer.

        tokens = Tokens()
        tokens.start(text)
        while tokens.next():
            tokens.codes[: tokens.length]

    `codes` is an array of MAX_LENGTH code points that the next token overwrites.
    """

    def __init__(self):
        self.codes = array("i", [0] * MAX_LENGTH)
        self.length = 0
        self._rest = iter("")
        self._held = 0

    def start(self, text):
        """Begins with the first token of `text`, of which MAX_CHARS characters are read."""
        self._rest = iter(fold(text[:MAX_CHARS]))
        self._held = 0

    def next(self):
        """Reads one token into `codes` and `length`; False at the end of the text."""
        codes, n, kind = self.codes, 0, _SPACE
        code = self._held
        self._held = 0
        while True:
            if not code:
                char = next(self._rest, None)
                if char is None:
                    break
                code = ord(char)
            found = _kind(code)
            if found == _DROPPED:
                code = 0
                continue
            if kind != _SPACE and found != kind:
                self._held = code
                break
            if found != _SPACE:
                kind = found
                if _ZERO <= code <= _NINE:
                    code = _ZERO
                if n < MAX_LENGTH and not (n > 1 and codes[n - 1] == code == codes[n - 2]):
                    codes[n] = code
                    n += 1
                if kind == _SINGLE:
                    break
            code = 0
        self.length = n
        return n > 0
