"""Texts to rows of the embedding table; the vocabulary of fingerprints."""

import json
from pathlib import Path

import numpy as np
import pytest
from harken.text import encoder, terms
from harken.text.hashing import word_hash
from harken.text.vocabulary import WAYS, Vocabulary
from harken.tflite.sources import MemorySource
from harken_toolchain import micropython
from harken_toolchain.errors import UserError
from harken_toolchain.train import features, robust
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


BLIND = SMALL.model_copy(update={"terms": "dialogue/identity.en"})


def test_words_for_who_somebody_is_are_read_as_one():
    table = features.vocabulary_of(BLIND, [[*TEXTS, "the woman and the man feel at home"]])
    texts = ["a {} feels like home", "{} feels", "the word of a {}"]
    for text in texts:
        said = [text.replace("{}", who) for who in ("woman", "Deaf old man", "jewish person")]
        ids = features.encode(BLIND, table, said)
        assert (ids == ids[0]).all()
    ids = features.encode(BLIND, table, ["woman", "word", "womanly"])
    assert 0 < ids[0, 0, 0] <= BLIND.slots
    assert not ids[0, 0, 1:].any()
    assert (ids[0] != ids[1]).any() and (ids[0] != ids[2]).any()


def test_the_encoder_repeats_the_hash_of_a_term():
    assert encoder._TERM == terms.TERM


def test_without_a_list_every_word_is_read(table: bytes):
    ids = features.encode(SMALL, table, ["a woman", "a man"])
    assert (ids[0] != ids[1]).any()
    assert "terms" not in features.settings(SMALL)


def test_a_missing_list_of_terms_is_named():
    with pytest.raises(UserError, match="no .*nowhere.toml"):
        features.settings(SMALL.model_copy(update={"terms": "dialogue/nowhere"}))


def test_the_swap_test_changes_nothing_that_a_blind_model_reads():
    swap = robust.swap_test()
    wide = BLIND.model_copy(update={"tokens": 24})
    ids = features.encode(wide, features.vocabulary_of(wide, [swap.texts()]), swap.texts())
    by_template = ids.reshape(len(swap.templates), len(swap.terms), -1)
    assert (by_template == by_template[:, :1]).all()


@pytest.mark.micropython
@pytest.mark.parametrize("form", [SMALL, BLIND], ids=["plain", "blind"])
def test_micropython_encodes_alike_within_its_heap(
    runtime: list[str], table: bytes, tmp_path: Path, form: Features
):
    texts = ["", "The WORDAB feels like hoooome!", "naïve 😀 zzq", "ab cd " * 2000]
    texts += ["the old woman feels a man, jewish", "deaf"]
    (tmp_path / "table").write_bytes(table)
    script = f"""
import json, gc
from harken.text.encoder import Encoder
from harken.text.vocabulary import Vocabulary
from harken.tflite.sources import FileSource
known = Vocabulary(FileSource({json.dumps(str(tmp_path / "table"))}), 0, {SMALL.slots})
made = Encoder(json.loads({json.dumps(json.dumps(features.settings(form)))}), known)
for text in {texts!r}:
    made.encode(text)
    print(json.dumps(list(made.ids)))
"""
    printed = micropython.run_script(script).splitlines()
    wanted = features.encode(form, table, texts).reshape(len(texts), -1)
    assert [json.loads(line) for line in printed] == wanted.tolist()
