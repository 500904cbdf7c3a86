"""Hashes of words and character n-grams: polynomials modulo 2^24.

Native code on the board, plain Python on CPython: every step stays below 2^30, so that both
compute the same.
"""

from array import array

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


# Where things stand in the parameters of `gram_rows`.
_SHORTEST = const(0)
_LONGEST = const(1)
_FIRST = const(2)
_HASHED = const(3)


def parameters(grams, first, hashed):
    """The array that `gram_rows` takes.

    N-grams of `grams` (shortest, longest) characters share `hashed` rows from `first` on.
    """
    return array("i", [grams[0], grams[1], first, hashed])


@micropython.viper
def gram_rows(ids: ptr32, at: int, end: int, codes: ptr32, length: int, p: ptr32):
    """Fills `ids[at:end]` with the rows of n-grams of the word in `codes[:length]`.

    The word counts with one edge character on either side. The n-grams are spread evenly over
    all that it has, of which the longest come first; a place without one is 0.
    """
    first = p[_FIRST]
    hashed = p[_HASHED]
    n = p[_LONGEST]
    if n > length + 2:
        n = length + 2
    taken = end - at
    # Of each size n there are length + 3 - n.
    count = (n - p[_SHORTEST] + 1) * (2 * (length + 3) - n - p[_SHORTEST]) >> 1
    if n < p[_SHORTEST]:
        count = 0
    if taken > count:
        taken = count
    passed = 0
    for i in range(taken):
        index = i * count // taken - passed
        while index >= length + 3 - n:
            index -= length + 3 - n
            passed += length + 3 - n
            n -= 1
        value = n
        j = index - 1
        stop = j + n
        if j < 0:
            value = value * _BASE + _EDGE
            j = 0
        while j < stop and j < length:
            value = (value * _BASE + codes[j]) & _MASK
            j += 1
        if stop > length:
            value = (value * _BASE + _EDGE) & _MASK
        ids[at + i] = first + (value ^ (value >> 11)) % hashed
    for i in range(at + taken, end):
        ids[i] = 0


@micropython.viper
def clear(ids: ptr32, start: int, end: int):
    """Zeros `ids[start:end]`."""
    for i in range(start, end):
        ids[i] = 0
