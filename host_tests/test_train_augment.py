"""Variations of texts, the swap test."""

import numpy as np
import pytest
from harken_toolchain.train import augment, robust

RANDOM = np.random.default_rng(3)
TEXTS = ["i feel so alone tonight", "what a wonderful day", "yes", ""]


def test_variations_are_the_same_twice_and_differ_from_the_text():
    first = augment.variations(TEXTS[:2], 20, seed=1)
    assert first == augment.variations(TEXTS[:2], 20, seed=1)
    assert len(first) == 40
    assert len(set(first)) > 20


@pytest.mark.parametrize("change", augment.CHANGES, ids=lambda change: change.__name__)
def test_no_change_breaks_on_a_short_text(change: augment.Change):
    for text in TEXTS:
        found = change(text.split(), TEXTS[0].split(), RANDOM)
        assert all(isinstance(word, str) for word in found)


def test_a_typo_changes_one_word():
    words = ["something", "remarkable", "happened", "yesterday"]
    for _ in range(50):
        found = augment.typo(words, [], RANDOM)
        assert len(found) == len(words)
        assert sum(a != b for a, b in zip(words, found, strict=True)) <= 1


def test_close_words_stand_for_each_other():
    near = {"alone": ["lonely"], "yes": []}
    found = augment.variations(["Alone, yes.", "yes"], 40, seed=1, near=near)
    assert "lonely, yes." in found[:40]


def test_a_crossing_goes_on_where_two_texts_share_two_words():
    texts = ["I want to, sleep now", "they want to go home", "nothing here"]
    found = augment.crossings(texts, 20, seed=1)
    assert found == augment.crossings(texts, 20, seed=1)
    assert len(found) == 40, "the last text shares no two words"
    assert {"I want to, go home", "they want to sleep now"} <= set(found)
    pairs = {pair for text in texts for pair in augment._pairs(text.split())}
    assert all(pair in pairs for text in found for pair in augment._pairs(text.split()))


def test_the_swap_test_counts_changed_answers():
    swap = robust.Swap(templates=["a {}", "b {}"], terms=["x", "y", "z"])
    assert swap.texts() == ["a x", "a y", "a z", "b x", "b y", "b z"]
    outputs = np.eye(2)[[0, 0, 1, 1, 1, 1]]
    assert swap.changed(outputs) == pytest.approx(1 / 6)


def test_the_swap_test_has_the_size_that_is_promised():
    swap = robust.swap_test()
    assert len(swap.templates) == 50
    assert len(swap.terms) == 30
    assert all(template.count("{}") == 1 for template in swap.templates)


def test_perturbations_keep_every_text():
    for name in robust.PERTURBATIONS:
        assert len(robust.perturbed(name, TEXTS)) == len(TEXTS)
