"""Random disguises of a text, of the kinds that people use to pass filters."""

import random

_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7"}
_LOOKS = {"a": "а", "c": "с", "e": "е", "i": "і", "o": "о", "p": "р", "s": "ѕ", "x": "х", "y": "у"}
_ACCENTS = {"a": "á", "e": "ë", "i": "í", "o": "ö", "u": "ù", "n": "ñ"}
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"


def _chosen(words: list[str], random_: random.Random) -> set[int]:
    """Half of the words of three letters or more, one at least."""
    long = [i for i, word in enumerate(words) if len(word) >= 3 and word.isascii()]
    return set(random_.sample(long, (len(long) + 1) // 2)) if long else set()


def _spaced(word: str, random_: random.Random) -> str:
    return random_.choice((" ", ".", "-")).join(word)


def _repeated(word: str, random_: random.Random) -> str:
    i = random_.randrange(len(word))
    return word[:i] + word[i] * random_.randint(3, 6) + word[i + 1 :]


def _leet(word: str, random_: random.Random) -> str:
    return "".join(
        random_.choice(_LEET[c]) if c in _LEET and random_.random() < 0.5 else c for c in word
    )


def _look_alike(word: str, random_: random.Random) -> str:
    """Homoglyphs, accents and characters without width."""
    out = []
    for char in word:
        kind = random_.randrange(5)
        if kind == 0:
            char = _LOOKS.get(char, char)
        elif kind == 1:
            char = _ACCENTS.get(char, char)
        out.append(char + (random_.choice(_ZERO_WIDTH) if kind == 2 else ""))
    return "".join(out)


def _typo(word: str, random_: random.Random) -> str:
    """One edit of Damerau distance 1 in a word of five letters or more."""
    if len(word) < 5:
        return word
    i = random_.randrange(1, len(word) - 1)
    letter = random_.choice("abcdefghijklmnopqrstuvwxyz")
    return random_.choice(
        (
            word[:i] + word[i + 1 :],
            word[:i] + letter + word[i:],
            word[:i] + letter + word[i + 1 :],
            word[:i] + word[i + 1] + word[i] + word[i + 2 :],
        )
    )


KINDS = {
    "spaced": _spaced,
    "repeated": _repeated,
    "leet": _leet,
    "look-alike": _look_alike,
    "typo": _typo,
}


def obfuscate(text: str, kind: str, seed: int) -> str:
    """`text` with half of its longer words disguised; the same arguments give the same text.

    Args:
        kind: a key of `KINDS`.
        seed: of the choices, together with the text.
    """
    random_ = random.Random(f"{kind} {seed} {text}")
    words = text.lower().split(" ")
    for i in _chosen(words, random_):
        words[i] = KINDS[kind](words[i], random_)
    return " ".join(words)
