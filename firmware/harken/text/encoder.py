"""Turns a text into the rows of an embedding table, the input of every text model.

The table has row 0 for padding, then `slots` rows for known words, then `hashed` rows that
character n-grams share. A token takes `rows` places: its word row (0 where it is unknown), with
`pairs` a hashed row for the word and the one before it, and n-grams in the places that are left,
spread evenly over all that the word has.
"""

from array import array

from harken.text.hashing import gram_count, gram_hashes, pair_hash, to_rows, word_hash
from harken.text.tokens import Tokens


class Encoder:
    """Encodes texts into `ids`, an int32 array of `tokens` x `rows` that is filled anew each time.

    `settings` holds `tokens`, `rows`, `slots`, `hashed`, `pairs` and `grams` (shortest, longest),
    as the model's metadata gives them; `vocabulary` is a `Vocabulary` of `slots` slots.
    """

    def __init__(self, settings, vocabulary):
        self.tokens = settings["tokens"]
        self.rows = settings["rows"]
        self._slots = settings["slots"]
        self._hashed = settings["hashed"]
        self._shortest, self._longest = settings["grams"]
        self._pairs = settings.get("pairs")
        self._vocabulary = vocabulary
        self._reader = Tokens()
        self.ids = array("i", [0] * (self.tokens * self.rows))

    def encode(self, text):
        """Fills `ids` and returns the number of tokens read; the rest is padding."""
        ids, reader = self.ids, self._reader
        reader.start(text)
        count = before = 0
        while count < self.tokens and reader.next():
            before = self._token(reader.codes, reader.length, count * self.rows, before)
            count += 1
        to_rows(ids, count * self.rows, 0, len(ids), 0, 1)
        return count

    def _token(self, codes, length, at, before):
        """Writes one token to `ids[at:]` and gives its hash; `before` is the hash before it."""
        ids, end = self.ids, at + self.rows
        value = word_hash(codes, length)
        first, hashed = 1 + self._slots, self._hashed
        ids[at] = 1 + self._vocabulary.find(value)
        at += 1
        if self._pairs:
            ids[at] = first + pair_hash(before, value) % hashed
            at += 1
        count = gram_count(length, self._shortest, self._longest)
        taken = min(count, end - at)
        gram_hashes(ids, at, taken, count, codes, length, self._longest)
        to_rows(ids, at, taken, end, first, hashed)
        return value
