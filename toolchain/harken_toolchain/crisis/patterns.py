"""Reads the `match` strings of a lexicon: words, symbols, gaps, alternatives."""

from array import array
from dataclasses import dataclass
from itertools import product

from harken.crisis import letters, match, reader, scan, search
from harken.text.fold import fold

from harken_toolchain.errors import UserError

#: How many words a gap may skip, elements a pattern may have, words a phrase may have.
MAX_GAP, MAX_ELEMENTS, MAX_PHRASE = 7, 10, 7


def split(text: str) -> list[str]:
    """The words of `text` as the device reads them."""
    data = fold(text).encode()
    out, chars, none = array("i", [0] * reader.OUT_SIZE), bytearray(scan.MAX_WORD), bytearray(4)
    window, asked = array("H", [0] * match.WINDOW_SIZE), array("I", [0] * search.SEARCH_SIZE)
    out[reader._END] = out[reader._WHOLE] = len(data)
    tools = (out, none, none, window, asked, chars, none, None, None, none)
    words: list[str] = []
    while True:
        out[reader._PHASE] = reader._SCAN
        reader.read(data, tools)
        if out[scan.FLAGS] == scan.FOREIGN:
            at, end = out[reader._POS], out[reader._END]
            out[reader._POS] = scan.foreign_word(data, at, end, out, chars, scan.KINDS)
        length = out[scan.LENGTH]
        if not length:
            return words
        words.append(chars[:length].decode())


def word_hash(word: str) -> int:
    """The device's 24-bit hash of a word."""
    data = word.encode()
    return letters.hash_of(data, 0, len(data))


def is_class(name: str) -> bool:
    """Whether a name is a class (upper-case ASCII) and no word."""
    return name.isascii() and name.upper() == name and any(c.isalpha() for c in name)


@dataclass(frozen=True)
class Element:
    """One place of a pattern.

    `symbol` is a class name, or the alternatives joined by `|`. `gap` is how many words may stand
    between it and the next element to its right; `optional` whether it may be missing.
    """

    symbol: str
    gap: int = 0
    optional: bool = False


def _element(token: str, where: str) -> list[Element]:
    optional = token.endswith("?") and len(token) > 1
    names = (token[:-1] if optional else token).split("|")
    if len(names) == 1 and not is_class(names[0]):
        words = split(names[0])
        if not words:
            raise UserError(f"{where}: {token!r} holds no word", "Remove it.")
        if len(words) > 1 and optional:
            raise UserError(
                f"{where}: {token!r} is several words", "Only one word may be optional."
            )
        return [Element(word, 0, optional) for word in words]
    return [Element("|".join(sorted(names)), 0, optional)]


def parse(text: str, where: str) -> list[list[Element]]:
    """The sequences of elements, left to right, that a `match` string stands for.

    Raises:
        UserError: `where` and what is wrong with the string.
    """
    elements: list[Element] = []
    for token in text.split():
        if token[0] == "_" and token[1:].isdigit():
            gap = int(token[1:])
            if not elements or not 1 <= gap <= MAX_GAP:
                raise UserError(f"{where}: gap {token!r}", f"Wanted _1 to _{MAX_GAP} after a word.")
            left = elements[-1]
            elements[-1] = Element(left.symbol, gap, left.optional)
        else:
            elements += _element(token, where)
    return [_checked(variant, where) for variant in _variants(elements)]


def _variants(elements: list[Element]) -> list[list[Element]]:
    """Writes out the elements that may be missing: with and without each."""
    choices = product(*[(True, False) if element.optional else (True,) for element in elements])
    return [_kept(elements, choice) for choice in choices]


def _kept(elements: list[Element], choice: tuple[bool, ...]) -> list[Element]:
    """The chosen elements; the gap of a missing one passes to the one on its left."""
    kept: list[Element] = []
    for element, keep in zip(elements, choice, strict=True):
        if keep:
            kept.append(Element(element.symbol, element.gap))
        elif kept and element.gap > kept[-1].gap:
            kept[-1] = Element(kept[-1].symbol, element.gap)
    if kept and not elements[-1].gap:
        kept[-1] = Element(kept[-1].symbol)
    return kept


def _checked(elements: list[Element], where: str) -> list[Element]:
    if not 1 <= len(elements) <= MAX_ELEMENTS:
        raise UserError(
            f"{where}: {len(elements)} elements", f"Wanted 1 to {MAX_ELEMENTS}, not all optional."
        )
    if elements[-1].gap:
        raise UserError(f"{where}: ends in a gap", "End it in a word.")
    return elements
