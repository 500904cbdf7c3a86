"""Compiles the words of a lexicon that are found with a typo, too, for `crisis.compiler`."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from harken.crisis import letters
from harken.crisis.lexicon import BLOCK, TYPO_LISTS

from harken_toolchain.crisis.patterns import split, word_hash
from harken_toolchain.crisis.schema import Lexicon
from harken_toolchain.errors import UserError

#: Letters of a word whose letters are kept: their number has 4 bits.
_LONGEST = 15


@dataclass
class Lists:
    """Lists by first letter: records of length, letters, hash; their places and their letters."""

    data: bytes
    places: list[int]
    words: bytes
    letters: bytes


def _typo_lists(lexicon: Lexicon) -> list[list[str]]:
    lists: list[list[str]] = [[] for _ in range(TYPO_LISTS)]
    for text in dict.fromkeys(lexicon.typo.words):
        words = split(text)
        if len(words) != 1:
            raise UserError(f"{lexicon.language}: [typo]: {text!r}: no single word", "Mend it.")
        lists[min(max(words[0].encode()[0] - 97, -1) % TYPO_LISTS, TYPO_LISTS - 1)].append(words[0])
    return lists


def _forms(word: str) -> list[bytes]:
    """The word, and the word without doubles where it has some."""
    data = word.encode()
    squeezed = bytearray(len(data))
    n = letters.squeeze(data, len(data), squeezed, 2, 1)
    return sorted({data, bytes(squeezed[:n])}, key=len, reverse=True)


def _typo_record(word: str) -> bytes:
    tail = word_hash(word).to_bytes(3, "little")
    return b"".join(bytes([len(form)]) + form + tail for form in _forms(word))


def _padded(rows: list[bytes]) -> bytes:
    """Records in pieces of BLOCK bytes, all but the last padded with zeros."""
    pieces = [b""]
    for row in rows:
        if len(pieces[-1]) + len(row) > BLOCK:
            pieces.append(b"")
        pieces[-1] += row
    return b"".join(piece.ljust(BLOCK, b"\0") for piece in pieces[:-1]) + pieces[-1]


def _letters_of(form: bytes) -> bytes:
    """A bit for each letter of a word and its length; see `harken.crisis.letters.typo`."""
    bits = reduce(or_, (1 << c % 20 for c in form)) | len(form) << 20
    return bits.to_bytes(3, "little")


def lists_of(lexicon: Lexicon) -> Lists:
    """The lists of a lexicon's words that are also found with a typo.

    Raises:
        UserError: an entry is no single word.
    """
    lists = _typo_lists(lexicon)
    kept = lexicon.typo.kept
    rows = [(b"".join if kept else _padded)(list(map(_typo_record, words))) for words in lists]
    places = [sum(map(len, rows[:i])) for i in range(TYPO_LISTS + 1)]
    if not kept:
        return Lists(b"".join(rows), places, b"", b"")
    forms = [[form for word in words for form in _forms(word)] for words in lists]
    longest = max((form for own in forms for form in own), key=len, default=b"")
    if len(longest) > _LONGEST:
        raise UserError(
            f"{lexicon.language}: [typo]: {longest.decode()!r}: too long to be kept",
            f"At most {_LONGEST} letters.",
        )
    held = b"".join(_letters_of(form) for own in forms for form in own)
    counts = bytes(map(len, forms))
    return Lists(b"".join(rows), places, counts, held)
