"""One network with a head for each of several tasks."""

import numpy as np
import pytest
from harken_toolchain.train import shared
from harken_toolchain.train.corpus import Corpus, Part

pytest.importorskip("tensorflow")


def corpus(task, labels, rows):
    targets = np.array(rows, np.float32)
    part = Part([f"text {i}" for i in range(len(rows))], targets)
    return Corpus(task, labels, part, part, part, 0)


ONE = corpus("label", ["a", "b"], [[1, 0], [0, 1], [1, 0]])
MANY = corpus("labels", ["x", "y", "z"], [[1, 1, 0], [0, 0, 0]])
HEADS = shared._heads([ONE, MANY])


def test_a_text_has_targets_for_its_own_head_alone():
    found = shared.joined_targets([ONE, MANY], HEADS)
    assert found.shape == (5, 5)
    assert (found[:3, :2] == ONE.train.targets).all()
    assert (found[3:, 2:] == MANY.train.targets).all()
    assert np.isinf(found[:3, 2:]).all() and np.isinf(found[3:, :2]).all()


def test_the_loss_of_a_text_is_that_of_its_own_head():
    from harken_toolchain.train.losses import loss_of

    losses = [loss_of(data.task, data.train.targets, 0.0, 0.0) for data in (ONE, MANY)]
    wanted = shared.joined_targets([ONE, MANY], HEADS)
    logits = np.random.default_rng(1).normal(size=wanted.shape).astype(np.float32)
    found = np.asarray(shared.joint_loss(losses, HEADS)(wanted, logits))
    own = np.concatenate(
        [
            losses[0](ONE.train.targets, logits[:3, :2]),
            losses[1](MANY.train.targets, logits[3:, 2:]),
        ]
    )
    assert np.isfinite(found).all()
    assert found == pytest.approx(own, rel=1e-5)
