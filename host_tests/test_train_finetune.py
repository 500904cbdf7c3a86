"""Fine-tuning, with a sentence encoder of one layer in the place of the real one."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harken_toolchain.train import finetune
from harken_toolchain.train import recipe as recipes
from harken_toolchain.train.corpus import Corpus, Part
from quiet_progress import quiet

pytest.importorskip("tf_keras")
pytestmark = pytest.mark.slow

TEXTS = ["calm", "quiet", "stormy", "loud"]


class Encoder:
    """As `MiniLM`: a text is a single piece, a row of a table that is learnt."""

    width = 4

    def __init__(self, trainable: int = 0, pieces: int = 0):
        import tensorflow as tf

        self._table = tf.Variable(np.ones((len(TEXTS), self.width), np.float32))

    def encode(self, text: str) -> list[int]:
        return [TEXTS.index(text)]

    def mean(self, ids: Any) -> Any:
        import tensorflow as tf

        return tf.reduce_mean(tf.gather(self._table, ids), 1)

    def variables(self) -> list[Any]:
        return [self._table]

    def weights(self) -> dict[str, np.ndarray]:
        return {"table": self._table.numpy()}

    def set_weights(self, weights: dict[str, np.ndarray]) -> None:
        self._table.assign(weights["table"])


def corpus(labels: list[int]) -> Corpus:
    targets = np.eye(2, dtype=np.float32)[labels]
    part = Part(TEXTS, targets)
    return Corpus("label", ["no", "yes"], part, part, part, 0)


def recipe(folder: Path, **teacher: Any) -> recipes.Recipe:
    return recipes.Recipe(
        folder=folder,
        title="Small",
        summary="For a test.",
        release="measure",
        dataset="none",
        teacher=recipes.Teacher(batch=2, **teacher),
    )


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, own_cache: Path, tmp_path: Path) -> None:
    monkeypatch.setattr(finetune, "MiniLM", Encoder)
    before = recipe(tmp_path, epochs=2, learning_rate=0.1), corpus([0, 1, 0, 1])
    monkeypatch.setattr(finetune, "_before", lambda name: before)


def test_a_teacher_learns_its_task_and_is_kept(small: None, tmp_path: Path):
    wanted = [0, 0, 1, 1]
    settings = recipe(tmp_path, epochs=60, learning_rate=0.1)
    learnt = finetune.fine_tuned(settings, corpus(wanted), 1, quiet).logits(TEXTS, quiet)
    assert learnt.argmax(1).tolist() == wanted
    again = finetune.fine_tuned(settings, corpus(wanted), 1, quiet).logits(TEXTS, quiet)
    assert (again == learnt).all()


def test_every_member_starts_from_the_first_encoder_of_another_teacher(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    start = finetune.fine_tuned(*finetune._before("other"), 1, quiet).body.weights()
    monkeypatch.setattr(finetune, "_learn", lambda *rest: None)
    settings = recipe(tmp_path, after="other")
    for member in (1, 2, 3):
        found = finetune.fine_tuned(settings, corpus([0, 0, 1, 1]), member, quiet)
        assert (found.body.weights()["table"] == start["table"]).all()
