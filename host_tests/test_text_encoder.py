"""Texts to rows of the embedding table; the vocabulary of fingerprints."""

import json
from pathlib import Path

import numpy as np
import pytest
from harken.text.hashing import word_hash
from harken.text.vocabulary import WAYS, Vocabulary
from harken.tflite.sources import MemorySource
from harken_toolchain import micropython
from harken_toolchain.train import features
from harken_toolchain.train.recipe import Features

TEXTS = [f"the word{chr(97 + i % 26)}{chr(97 + i // 26)} feels like home" for i in range(300)]
SMALL = Features(tokens=8, rows=5, slots=256, hashed=64, grams=(2, 4))


def hash_of(word: str) -> int:
    return word_hash([ord(char) for char in word], len(word))


@pytest.fixture(scope="module")
def table() -> bytes:
    return features.build_vocabulary(features.count_words([TEXTS]), SMALL.slots)


def test_frequent_words_are_known_and_have_slots_of_their_own(table: bytes):
    known = Vocabulary(MemorySource(table), 0, SMALL.slots)
    slots = [known.find(hash_of(word)) for word in ("the", "feels", "like", "home")]
    assert all(0 <= slot < SMALL.slots for slot in slots)
    assert len(set(slots)) == 4
    assert known.find(hash_of("elsewhere")) == -1


def test_a_full_bucket_leaves_its_rarest_words_out(table: bytes):
    marks = np.frombuffer(table, "<u2").reshape(-1, WAYS)
    assert marks.shape[0] == SMALL.slots // WAYS
    for bucket in marks:
        used = bucket[bucket > 0]
        assert len(set(used)) == len(used)


def test_unknown_words_are_rarely_taken_for_known(table: bytes):
    known = Vocabulary(MemorySource(table), 0, SMALL.slots)
    wrong = sum(known.find(hash_of(f"zq{i}x")) >= 0 for i in range(20000))
    assert wrong < 20000 * 4 * WAYS / 65536


def test_rows_are_word_then_grams_then_padding(table: bytes):
    ids = features.encode(SMALL, table, ["", "the", "zzq the"])
    assert not ids[0].any()
    assert 0 < ids[1, 0, 0] <= SMALL.slots
    assert not ids[1, 1:].any()
    assert ids[2, 0, 0] == 0  # an unknown word has n-grams alone
    assert (ids[2, 0, 1:] > SMALL.slots).all()
    assert (ids[2, 1] == ids[1, 0]).all()
    assert ids.max() < 1 + SMALL.slots + SMALL.hashed


def test_a_long_text_is_cut_and_leaves_nothing_behind(table: bytes):
    made = features.encoder(SMALL, table)
    assert made.encode("the " * 5000) == SMALL.tokens
    assert made.encode("the") == 1
    assert sum(1 for row in made.ids if row) == sum(1 for row in made.ids[: SMALL.rows] if row)


@pytest.mark.micropython
def test_micropython_encodes_alike_within_its_heap(
    runtime: list[str], table: bytes, tmp_path: Path
):
    texts = ["", "The WORDAB feels like hoooome!", "naïve 😀 zzq", "ab cd " * 2000]
    (tmp_path / "table").write_bytes(table)
    script = f"""
import json, gc
from harken.text.encoder import Encoder
from harken.text.vocabulary import Vocabulary
from harken.tflite.sources import FileSource
known = Vocabulary(FileSource({json.dumps(str(tmp_path / "table"))}), 0, {SMALL.slots})
made = Encoder(json.loads({json.dumps(SMALL.model_dump_json())}), known)
for text in {texts!r}:
    made.encode(text)
    print(json.dumps(list(made.ids)))
"""
    printed = micropython.run_script(script).splitlines()
    wanted = features.encode(SMALL, table, texts).reshape(len(texts), -1)
    assert [json.loads(line) for line in printed] == wanted.tolist()
