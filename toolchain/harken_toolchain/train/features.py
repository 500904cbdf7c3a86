"""Texts to arrays, with the device's own text code; the vocabulary table of a model."""

import tomllib
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from harken.text.encoder import Encoder
from harken.text.hashing import word_hash
from harken.text.terms import TERM
from harken.text.tokens import Tokens
from harken.text.vocabulary import WAYS, Vocabulary, bucket_of, fingerprint
from harken.tflite.sources import MemorySource

from harken_toolchain import paths
from harken_toolchain.errors import UserError
from harken_toolchain.train.recipe import Features

#: Added to the count of a word of the model's own texts.
_OWN = 1 << 20


def count_words(lists: Iterable[Sequence[str]]) -> Counter[int]:
    """How often each word hash stands in the first of `lists`, and then in the others.

    A word of the first list, the model's own texts, counts before any that stands in the
    others alone, if it stands there twice: its count is raised above theirs.
    """
    counts: Counter[int] = Counter()
    for number, texts in enumerate(lists):
        found = _count(texts)
        for value, count in found.items():
            if number == 0 and count > 1:
                count += _OWN
            counts[value] += count
    return counts


def _count(texts: Iterable[str]) -> Counter[int]:
    counts: Counter[int] = Counter()
    reader = Tokens()
    for text in texts:
        reader.start(text)
        while reader.next():
            counts[word_hash(reader.codes, reader.length)] += 1
    return counts


def build_vocabulary(counts: Counter[int], slots: int) -> bytes:
    """The fingerprint table of the most frequent words: `slots` little-endian uint16.

    A word whose bucket is full is left to its n-grams, and the next frequent one is tried.
    """
    buckets = slots // WAYS
    table = array("H", [0] * slots)
    filled = [0] * buckets
    for value, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        bucket = bucket_of(value, buckets)
        start = bucket * WAYS
        marks = table[start : start + filled[bucket]]
        if filled[bucket] == WAYS or fingerprint(value) in marks:
            continue
        table[start + filled[bucket]] = fingerprint(value)
        filled[bucket] += 1
    return np.asarray(table, "<u2").tobytes()


def vocabulary_of(features: Features, lists: Iterable[Sequence[str]]) -> bytes:
    """The fingerprint table for `lists` of texts, the model's own texts first.

    The words that are read as one take one slot.
    """
    counts = count_words(lists)
    terms = term_hashes(features.terms) if features.terms else []
    if together := sum(counts.pop(value, 0) for value in terms):
        counts[TERM] = together
    return build_vocabulary(counts, features.slots)


def term_hashes(name: str) -> list[int]:
    """The hashes of the words in `datasets/NAME.toml`, in ascending order.

    Raises:
        UserError: there is no such file.
    """
    path = paths.repository() / "datasets" / f"{name}.toml"
    if not path.is_file():
        raise UserError(f"no {path}", "Name a list of terms below datasets/.")
    groups = tomllib.loads(path.read_text())
    return sorted(_count(word for words in groups.values() for word in words))


def settings(features: Features) -> dict[str, Any]:
    """What the device's encoder reads, as it stands in a model's metadata."""
    found = features.model_dump(exclude_none=True)
    if features.terms:
        found["terms"] = b"".join(h.to_bytes(3, "big") for h in term_hashes(features.terms)).hex()
    return found


def encoder(features: Features, vocabulary: bytes) -> Encoder:
    """The device's encoder over a table in memory."""
    known = Vocabulary(MemorySource(vocabulary), 0, features.slots)
    return Encoder(settings(features), known)


def encode(features: Features, vocabulary: bytes, texts: Sequence[str]) -> np.ndarray:
    """int32 [texts, tokens, rows]."""
    made = encoder(features, vocabulary)
    out = np.zeros((len(texts), features.tokens, features.rows), np.int32)
    flat = out.reshape(len(texts), -1)
    for i, text in enumerate(texts):
        made.encode(text)
        flat[i] = made.ids
    return out
