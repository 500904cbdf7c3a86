"""Tells the language of a text by its script and its commonest words.

`languages.bin` is "HKL1", the number of languages (u8), their codes (8 bytes each, padded with
zeros), the number of words (u16) and the words: u24 hash (`harken.text.hashing.word_hash` of the
folded word), u8 bits of the languages that have it, sorted by hash.
"""

from harken.compat import const
from harken.crisis.table import folder

MAGIC = b"HKL1"
#: Characters that are looked at; more would not change the answer.
_LOOKED_AT = const(160)
_HEAD, _CODE, _WORD = const(5), const(8), const(4)
#: A word that one language alone has counts more than one that several have.
_OWN, _COMMON = const(3), const(1)
#: Languages that are told by their script.
OTHER_SCRIPTS = ("ar", "hi")


def choose(text, chosen=None):
    """The language in which to answer `text`.

    Args:
        chosen: the language that the person has set; it wins, but Hindi in Latin letters is
            answered in Latin letters. None takes the language of the text, or English.
    """
    if chosen and chosen != "hi":
        return chosen
    if chosen == "hi":
        return "hi" if script(text) != "latn" else "hi-latn"
    return detect(text) or "en"


def script(text):
    """ "latn", or the language whose script most letters of `text` have; "" without letters.

    Reads UTF-8, not characters: MicroPython would keep every new character for good.
    """
    latin = arabic = devanagari = 0
    data = text[:_LOOKED_AT].encode()
    for i in range(len(data)):
        byte = data[i]
        if 97 <= byte | 32 <= 122 or 0xC3 <= byte <= 0xC9:
            latin += 1
        elif 0xD8 <= byte <= 0xDB:  # U+0600 to U+06FF
            arabic += 1
        elif byte == 0xE0 and 0xA4 <= data[i + 1] <= 0xA5:  # U+0900 to U+097F
            devanagari += 1
    if max(arabic, devanagari) > latin:
        return "ar" if arabic >= devanagari else "hi"
    return "latn" if latin else ""


def detect(text, path=None):
    """The language of `text`, or None where it cannot be told or the table is missing."""
    found = script(text)
    if found != "latn":
        return found or None
    try:
        with open(path or folder() + "/languages.bin", "rb") as file:
            return _best(text, file)
    except OSError:
        return None


def _best(text, file):
    """The language with the most words, where it is ahead of the others."""
    from harken.text.hashing import word_hash
    from harken.text.tokens import Tokens

    head = file.read(_HEAD)
    if head[:4] != MAGIC:
        return None
    scores = [0] * head[4]
    file.seek(_HEAD + head[4] * _CODE)
    count = file.read(2)
    count = count[0] | count[1] << 8
    words = _HEAD + head[4] * _CODE + 2
    tokens = Tokens()
    tokens.start(text[:_LOOKED_AT])
    while tokens.next():
        bits = _bits(file, words, count, word_hash(tokens.codes, tokens.length))
        for i in range(len(scores)):
            if bits >> i & 1:
                scores[i] += _COMMON if bits & (bits - 1) else _OWN
    best = max(scores)
    if not best or sum([score == best for score in scores]) > 1:
        return None
    file.seek(_HEAD + scores.index(best) * _CODE)
    return str(file.read(_CODE).rstrip(b"\0"), "utf-8")


def _bits(file, words, count, wanted):
    """The languages of a word as bits, by a binary search in the file; 0 where none has it."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        file.seek(words + middle * _WORD)
        entry = file.read(_WORD)
        value = entry[0] | entry[1] << 8 | entry[2] << 16
        if value == wanted:
            return entry[3]
        if value < wanted:
            low = middle + 1
        else:
            high = middle
    return 0
