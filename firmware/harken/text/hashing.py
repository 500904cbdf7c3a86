"""Hashes of words and character n-grams: polynomials modulo 2^24.

Native code on the board, plain Python on CPython: every step stays below 2^30, so that both
compute the same.
"""

from harken.compat import const
from harken.text.native import micropython, ptr32

_BASE = const(61)
_MASK = const(0xFFFFFF)
_WORD_SEED = const(7)
#: The character that stands before and behind a word in its n-grams.
_EDGE = const(32)


@micropython.viper
def word_hash(codes: ptr32, length: int) -> int:
    """24-bit hash of the word in `codes[:length]`, an array('i') of code points."""
    value = _WORD_SEED
    for i in range(length):
        value = (value * _BASE + codes[i]) & _MASK
    return value ^ (value >> 11)


@micropython.viper
def pair_hash(before: int, value: int) -> int:
    """24-bit hash of two words by their hashes; `before` is 0 at the start of a text."""
    pair = (before * _BASE + value) & _MASK
    return pair ^ (pair >> 11)


@micropython.viper
def gram_count(length: int, shortest: int, longest: int) -> int:
    """How many n-grams of `shortest` to `longest` characters a word of `length` has.

    The word counts with one edge character on either side.
    """
    count = 0
    for n in range(shortest, longest + 1):
        if length + 3 > n:
            count += length + 3 - n
    return count


@micropython.viper
def gram_hashes(
    out: ptr32, at: int, taken: int, count: int, codes: ptr32, length: int, longest: int
):
    """Writes the 24-bit hashes of `taken` of a word's `count` n-grams to `out[at:]`.

    They are spread evenly over all n-grams, of which the longest come first.
    """
    n = longest
    passed = 0
    for i in range(taken):
        index = i * count // taken - passed
        while index >= length + 3 - n:
            if length + 3 > n:
                index -= length + 3 - n
                passed += length + 3 - n
            n -= 1
        value = n
        for j in range(index - 1, index - 1 + n):
            code = _EDGE
            if 0 <= j and j < length:
                code = codes[j]
            value = (value * _BASE + code) & _MASK
        out[at + i] = value ^ (value >> 11)


@micropython.viper
def to_rows(values: ptr32, start: int, taken: int, end: int, first: int, rows: int):
    """Turns `taken` hashes in `values[start:]` into rows from `first` on; zeros what is left."""
    for i in range(start, start + taken):
        values[i] = first + values[i] % rows
    for i in range(start + taken, end):
        values[i] = 0
