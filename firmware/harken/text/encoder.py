"""Turns a text into the rows of an embedding table, the input of every text model.

The table has row 0 for padding, then `slots` rows for known words, then `hashed` rows that
character n-grams share. A token takes `rows` places: its word row (0 where it is unknown), with
`pairs` a hashed row for the word and the one before it, and n-grams in the places that are left,
spread evenly over all that the word has. With `terms`, a word for who somebody is has one row, the
same for all of them, and nothing else; several in a row are one token ("a deaf old man" is read as
"a woman" is).
"""

from array import array

from harken.compat import const
from harken.text.hashing import clear, gram_rows, pair_hash, parameters, word_hash
from harken.text.tokens import KINDS, MAX_CHARS, MAX_LENGTH, folded, read_token

#: What stands in place of a term's hash: `terms.TERM`, whose module is read only where it is used.
_TERM = const(1)


class Encoder:
    """Encodes texts into `ids`, an int32 array of `tokens` x `rows` that is filled anew each time.

    `settings` holds `tokens`, `rows`, `slots`, `hashed`, `pairs` and `grams` (shortest, longest),
    as the model's metadata gives them; `vocabulary` is a `Vocabulary` of `slots` slots. Its
    `terms`, where there are any, are hashes in hexadecimal; see `is_term`.
    """

    def __init__(self, settings, vocabulary):
        self.tokens = settings["tokens"]
        self.rows = rows = settings["rows"]
        self._first, self._hashed = 1 + settings["slots"], settings["hashed"]
        self._p = parameters(settings["grams"], self._first, self._hashed)
        self._pairs = int(bool(settings.get("pairs")))
        self._vocabulary = vocabulary
        self._terms, self._is_term = _terms(settings)
        self._codes = array("i", [0] * MAX_LENGTH)
        self.ids = array("i", [0] * (self.tokens * rows))

    def encode(self, text):
        """Fills `ids` and returns the number of tokens read; the rest is padding."""
        ids, codes, rows, pairs, p = self.ids, self._codes, self.rows, self._pairs, self._p
        kinds, data, terms = KINDS, folded(text[:MAX_CHARS]), self._terms
        count, is_term = len(terms) // 3, self._is_term
        at = place = before = 0
        end, size = len(ids), len(data)
        while place < end:
            found = read_token(data, at, size, kinds, codes)
            length = found & 31
            if not length:
                break
            at = found >> 5
            value = word_hash(codes, length)
            if count and is_term(terms, count, value):
                if before != _TERM:
                    ids[place] = before = _TERM
                    clear(ids, place + 1, place + rows)
                    place += rows
                continue
            ids[place] = value
            if pairs:
                ids[place + 1] = self._first + pair_hash(before, value) % self._hashed
            before = value
            gram_rows(ids, place + 1 + pairs, place + rows, codes, length, p)
            place += rows
        clear(ids, place, end)
        self._vocabulary.look_up(ids, place, rows)
        return place // rows

    def knows(self, word):
        """Whether `word` is one token, and one that has a row."""
        data, codes = folded(word), self._codes
        found = read_token(data, 0, len(data), KINDS, codes)
        if not found & 31 or found >> 5 != len(data):
            return False
        return self._vocabulary.find(word_hash(codes, found & 31)) >= 0


def _terms(settings):
    """The hashes of the words that are read as one, and what finds a word among them."""
    if not settings.get("terms"):
        return b"", None
    from binascii import unhexlify

    from harken.text.terms import is_term

    return unhexlify(settings["terms"]), is_term
