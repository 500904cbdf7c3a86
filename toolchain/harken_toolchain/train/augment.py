"""Variations of training texts: for a teacher to label, and to make a student robust.

Each variation leaves words out, swaps neighbours, splices two texts, makes typing mistakes or
puts words in place of others that mean about the same. Crossings go on from one text to another.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

#: (words, another text's words, random numbers) -> words.
Change = Callable[[list[str], list[str], np.random.Generator], list[str]]

_WORD = re.compile(r"[^\W\d_]+")


def leave_out(words: list[str], _other: list[str], random: np.random.Generator) -> list[str]:
    """Leaves each word out with probability 0.15."""
    kept = [word for word in words if random.random() > 0.15]
    return kept or words


def swap(words: list[str], _other: list[str], random: np.random.Generator) -> list[str]:
    """Swaps two neighbours."""
    if len(words) < 2:
        return words
    i = int(random.integers(len(words) - 1))
    return [*words[:i], words[i + 1], words[i], *words[i + 2 :]]


def splice(words: list[str], other: list[str], random: np.random.Generator) -> list[str]:
    """The beginning of one text and the end of another."""
    i = int(random.integers(len(words) + 1))
    j = int(random.integers(len(other) + 1))
    return words[:i] + other[j:] or words


def typo(words: list[str], _other: list[str], random: np.random.Generator) -> list[str]:
    """Swaps, doubles or drops one letter of a word of four or more."""
    long = [i for i, word in enumerate(words) if len(word) > 3]
    if not long:
        return words
    i = int(random.choice(long))
    word, at = words[i], int(random.integers(1, len(words[i]) - 1))
    made = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1 :],
    )
    return [*words[:i], made[int(random.integers(3))], *words[i + 1 :]]


CHANGES: tuple[Change, ...] = (leave_out, swap, splice, typo)


def substitute(near: Mapping[str, Sequence[str]]) -> Change:
    """Puts one of `near[word]` in the place of each word with probability 0.3."""

    def change(words: list[str], _other: list[str], random: np.random.Generator) -> list[str]:
        def other(found: re.Match[str]) -> str:
            choices = near.get(found[0].lower())
            if not choices or random.random() > 0.3:
                return found[0]
            return choices[int(random.integers(len(choices)))]

        return [_WORD.sub(other, word) for word in words]

    return change


def variations(
    texts: Sequence[str], count: int, seed: int, near: Mapping[str, Sequence[str]] | None = None
) -> list[str]:
    """`count` variations of each text, each by one of `CHANGES`.

    With `near`, which names words that are close to a word, every second one is by `substitute`.
    """
    random = np.random.default_rng(seed)
    split = [text.split() for text in texts]
    changes = (*CHANGES, *[substitute(near)] * len(CHANGES)) if near else CHANGES
    found = []
    for words in split:
        for _ in range(count):
            change = changes[int(random.integers(len(changes)))]
            other = split[int(random.integers(len(split)))]
            found.append(" ".join(change(words, other, random)))
    return found


#: A pair of words that follow one another.
Pair = tuple[str, str]


def crossings(texts: Sequence[str], count: int, seed: int) -> list[str]:
    """`count` texts from each that begin as it does and go on as another does, once or twice.

    They go over at two words that both texts have: most of them are sentences, as those are that
    a language model of word pairs would write. Texts that nothing is shared with are left out.
    """
    random = np.random.default_rng(seed)
    split = [text.split() for text in texts]
    pairs = [_pairs(words) for words in split]
    places: dict[Pair, list[tuple[int, int]]] = {}
    for text, found in enumerate(pairs):
        for at, pair in enumerate(found):
            places.setdefault(pair, []).append((text, at))
    made = (
        _crossed(text, split, pairs, places, random)
        for text in range(len(split))
        for _ in range(count)
    )
    return [text for text in made if text]


def _pairs(words: Sequence[str]) -> list[Pair]:
    plain = [word.lower().strip(".,!?;:'\"") for word in words]
    return list(zip(plain, plain[1:], strict=False))


def _crossed(
    text: int,
    split: Sequence[list[str]],
    pairs: Sequence[list[Pair]],
    places: Mapping[Pair, list[tuple[int, int]]],
    random: np.random.Generator,
) -> str:
    """A text that begins as number `text`; "" where there is nowhere to go over."""
    words: list[str] = []
    at = 0
    for _ in range(int(random.integers(1, 3))):
        shared = [i for i in range(at, len(pairs[text])) if len(places[pairs[text][i]]) > 1]
        if not shared:
            break
        leave = shared[int(random.integers(len(shared)))]
        found = places[pairs[text][leave]]
        words += split[text][at : leave + 2]
        text, enter = found[int(random.integers(len(found)))]
        at = enter + 2
    return " ".join(words + split[text][at:]) if words else ""
