"""Turns a text into the rows of an embedding table, the input of every text model.

The table has row 0 for padding, then `slots` rows for known words, then `hashed` rows that
character n-grams share. A token takes `rows` places: its word row (0 where it is unknown) and
up to `rows - 1` of its n-grams, spread evenly over all of them.
"""

from array import array

from harken.text.hashing import gram_count, gram_hash, word_hash
from harken.text.tokens import Tokens


class Encoder:
    """Encodes texts into `ids`, an int32 array of `tokens` x `rows` that is filled anew each time.

    `settings` holds `tokens`, `rows`, `slots`, `hashed` and `grams` (shortest, longest), as
    the model's metadata gives them; `vocabulary` is a `Vocabulary` of `slots` slots.
    """

    def __init__(self, settings, vocabulary):
        self.tokens = settings["tokens"]
        self.rows = settings["rows"]
        self._slots = settings["slots"]
        self._hashed = settings["hashed"]
        self._shortest, self._longest = settings["grams"]
        self._vocabulary = vocabulary
        self._reader = Tokens()
        self.ids = array("i", [0] * (self.tokens * self.rows))

    def encode(self, text):
        """Fills `ids` and returns the number of tokens read; the rest is padding."""
        ids, reader = self.ids, self._reader
        reader.start(text)
        count = 0
        while count < self.tokens and reader.next():
            self._token(reader.codes, reader.length, count * self.rows)
            count += 1
        for at in range(count * self.rows, len(ids)):
            ids[at] = 0
        return count

    def _token(self, codes, length, at):
        """Writes the rows of one token to `ids[at:]`."""
        ids, places = self.ids, self.rows - 1
        ids[at] = 1 + self._vocabulary.find(word_hash(codes, length))
        count = gram_count(length, self._shortest, self._longest)
        taken = min(count, places)
        first, hashed = 1 + self._slots, self._hashed
        for i in range(taken):
            index = i * count // taken
            ids[at + 1 + i] = first + gram_hash(codes, length, index, self._longest) % hashed
        for i in range(at + 1 + taken, at + 1 + places):
            ids[i] = 0
