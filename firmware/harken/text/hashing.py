"""Hashes of words and character n-grams: polynomials modulo 2^24.

Every step stays below 2^30, so that MicroPython computes it in small integers.
"""

from harken.compat import const

_BASE = const(61)
_MASK = const(0xFFFFFF)
_WORD_SEED = const(7)
#: The character that stands before and behind a word in its n-grams.
_EDGE = const(32)


def word_hash(codes, length):
    """24-bit hash of the word in `codes[:length]` (code points)."""
    value = _WORD_SEED
    for i in range(length):
        value = (value * _BASE + codes[i]) & _MASK
    return value ^ (value >> 11)


def gram_count(length, shortest, longest):
    """How many n-grams of `shortest` to `longest` characters a word of `length` has.

    The word counts with one edge character on either side.
    """
    count = 0
    for n in range(shortest, longest + 1):
        if length + 3 > n:
            count += length + 3 - n
    return count


def gram_hash(codes, length, index, longest):
    """24-bit hash of n-gram number `index` of a word; the longest n-grams come first."""
    n = longest
    while length + 3 <= n or index >= length + 3 - n:
        if length + 3 > n:
            index -= length + 3 - n
        n -= 1
    value = n
    for i in range(index - 1, index - 1 + n):
        value = (value * _BASE + (codes[i] if 0 <= i < length else _EDGE)) & _MASK
    return value ^ (value >> 11)


def pair_hash(before, value):
    """24-bit hash of two words by their hashes; `before` is 0 at the start of a text."""
    pair = (before * _BASE + value) & _MASK
    return pair ^ (pair >> 11)
