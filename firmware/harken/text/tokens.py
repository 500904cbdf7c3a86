"""Splits a text into tokens, one pass, no allocation per token.

A token is a run of word characters or a run of symbols. Inside words an apostrophe is dropped
("don't" and "dont" are one token), digits become 0, and a character that is repeated stands at
most twice ("sooooo" is "soo"). An emoji is a token of its own; skin tones, joiners and variation
selectors are dropped.
"""

from array import array

from harken.compat import const
from harken.text.fold import folded
from harken.text.native import micropython, ptr8, ptr32

#: Characters of a text that are read; the rest is ignored.
MAX_CHARS = const(2000)
#: Characters of a token that are kept; the rest of the token is ignored.
MAX_LENGTH = const(24)

# One a line: MicroPython puts the values in at compile time only so.
_SPACE = const(0)
_WORD = const(1)
_SYMBOL = const(2)
_SINGLE = const(3)
_DROPPED = const(4)
_ZERO = const(48)


def kind_beyond_ascii(code):
    """The class of a folded code point from U+0080 on."""
    if code <= 0xA0:
        return _SPACE
    if code < 0xAA or code == 0xD7 or code == 0xF7:
        return _SYMBOL
    if code < 0x2000:
        return _WORD
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


def kind_of(code):
    """The class of a folded ASCII character."""
    if code <= 32 or code == 127:
        return _SPACE
    if 97 <= code <= 122 or 48 <= code <= 57:
        return _WORD
    return _DROPPED if code == 39 else _SYMBOL


#: The class of each ASCII character.
KINDS = bytes([kind_of(code) for code in range(128)])


@micropython.viper
def read_token(data: ptr8, at: int, size: int, kinds: ptr8, codes: ptr32) -> int:
    """Reads a token of UTF-8 `data` from `at` on into `codes`; `kinds` is `KINDS`.

    Returns where the next token is looked for, shifted left by 5, and the token's length, 0 at
    the end of the text.
    """
    n = 0
    kind = _SPACE
    while at < size:
        code = int(data[at])
        width = 1
        found = 0
        if code < 128:
            found = int(kinds[code])
        else:
            if code < 0xE0:
                width = 2
                code = code & 0x1F
            elif code < 0xF0:
                width = 3
                code = code & 0xF
            else:
                width = 4
                code = code & 7
            for i in range(1, width):
                code = code << 6 | data[at + i] & 0x3F
            found = int(kind_beyond_ascii(code))
        if found == _DROPPED:
            at += width
            continue
        if kind != _SPACE and found != kind:
            break
        at += width
        if found == _SPACE:
            continue
        kind = found
        if _ZERO <= code and code <= 57:
            code = _ZERO
        if n > 1 and codes[n - 1] == code and codes[n - 2] == code:
            continue
        if n < MAX_LENGTH:
            codes[n] = code
            n += 1
        if kind == _SINGLE:
            break
    return at << 5 | n


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
        self._data = b""
        self._at = 0

    def start(self, text):
        """Begins with the first token of `text`, of which MAX_CHARS characters are read."""
        self._data = folded(text[:MAX_CHARS])
        self._at = 0

    def next(self):
        """Reads one token into `codes` and `length`; False at the end of the text."""
        data = self._data
        found = read_token(data, self._at, len(data), KINDS, self.codes)
        self._at = found >> 5
        self.length = found & 31
        return self.length > 0
