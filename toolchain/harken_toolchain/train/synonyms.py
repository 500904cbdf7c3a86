"""Words that mean about the same, from the teacher's table of word vectors.

Used as in Jiao et al., TinyBERT, EMNLP 2020: a student meets words that its training part lacks.
"""

import re
from collections.abc import Sequence

import numpy as np

from harken_toolchain.train import teacher

#: Least cosine of two words that may stand for each other.
_CLOSE = 0.4
_WORD = re.compile(r"[a-z]{2,}")
_BLOCK = 512


def near(texts: Sequence[str], count: int) -> dict[str, list[str]]:
    """For the words of `texts` at most `count` close words each, the closest first."""
    names, vectors = _pieces()
    kept = [i for i, name in enumerate(names) if _WORD.fullmatch(name)]
    vectors = vectors[kept] - vectors[kept].mean(0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = [names[i] for i in kept]
    place = {word: i for i, word in enumerate(words)}
    wanted = sorted({word for text in texts for word in _WORD.findall(text.lower())} & {*words})
    found = {}
    for start in range(0, len(wanted), _BLOCK):
        block = wanted[start : start + _BLOCK]
        cosines = vectors[[place[word] for word in block]] @ vectors.T
        for word, row in zip(block, cosines, strict=True):
            best = row.argsort()[::-1][1 : count + 1]
            found[word] = [words[i] for i in best if row[i] >= _CLOSE]
    return found


def _pieces() -> tuple[list[str], np.ndarray]:
    """The teacher's word pieces and their vectors at the input, float32 [pieces, WIDTH]."""
    folder = teacher._folder()
    names = (folder / "vocab.txt").read_text().rstrip("\n").split("\n")
    weights = teacher._weights(folder / "model.safetensors")
    return names, weights["embeddings.word_embeddings.weight"]
