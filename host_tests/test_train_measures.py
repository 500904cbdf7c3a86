"""Measures, calibration and thresholds against scikit-learn and against first principles."""

import numpy as np
import pytest
from harken_toolchain.train import calibration, measures

RANDOM = np.random.default_rng(5)
TRUE = RANDOM.integers(0, 4, 300)
TARGETS = np.eye(4, dtype=np.float32)[TRUE]
SCORES = RANDOM.normal(size=(300, 4)) + 1.5 * TARGETS
MANY = (RANDOM.random((300, 4)) < 0.3).astype(np.float32)


def test_label_measures_equal_scikit_learn():
    sklearn = pytest.importorskip("sklearn.metrics")
    said = SCORES.argmax(1)
    assert measures.accuracy(TARGETS, SCORES) == pytest.approx(sklearn.accuracy_score(TRUE, said))
    assert measures.label_macro_f1(TARGETS, SCORES) == pytest.approx(
        sklearn.f1_score(TRUE, said, average="macro")
    )


def test_multi_label_measures_equal_scikit_learn():
    sklearn = pytest.importorskip("sklearn.metrics")
    said = SCORES > 0.4
    for ours, average in ((measures.macro_f1, "macro"), (measures.micro_f1, "micro")):
        assert ours(MANY, said) == pytest.approx(sklearn.f1_score(MANY, said, average=average))
    assert measures.average_precision(MANY, SCORES) == pytest.approx(
        sklearn.average_precision_score(MANY, SCORES, average="macro"), abs=1e-6
    )


def test_texts_without_a_label_do_not_count_for_accuracy():
    outside = np.concatenate([TARGETS, np.zeros((50, 4))])
    scores = np.concatenate([SCORES, np.zeros((50, 4))])
    assert measures.accuracy(outside, scores) == measures.accuracy(TARGETS, SCORES)


def test_pearson_skips_missing_scores():
    wanted = RANDOM.random((100, 2))
    found = wanted + RANDOM.normal(size=(100, 2)) * 0.1
    wanted[:50, 0] = np.nan
    by_hand = (
        np.corrcoef(wanted[50:, 0], found[50:, 0])[0, 1]
        + np.corrcoef(wanted[:, 1], found[:, 1])[0, 1]
    ) / 2
    assert measures.mean_pearson(wanted, found) == pytest.approx(by_hand)


def test_the_interval_holds_the_value_and_is_the_same_twice():
    first = measures.interval(measures.accuracy, TARGETS, SCORES, rounds=200)
    assert first == measures.interval(measures.accuracy, TARGETS, SCORES, rounds=200)
    assert first[0] < measures.accuracy(TARGETS, SCORES) < first[1]


def test_temperature_mends_overconfidence():
    logits = SCORES * 6
    temperature = calibration.fit_temperature("label", TARGETS, logits)
    before = measures.expected_calibration_error(TARGETS, calibration.softmax(logits))
    after = measures.expected_calibration_error(TARGETS, calibration.softmax(logits / temperature))
    assert temperature > 1
    assert after < before


def test_thresholds_are_pulled_to_the_common_one():
    found = calibration.sigmoid(SCORES)
    thresholds = calibration.fit_thresholds(MANY, found)
    assert len(thresholds) == 4
    assert max(thresholds) - min(thresholds) <= 0.45


def test_scope_threshold_separates():
    targets = np.concatenate([TARGETS, np.zeros((100, 4), np.float32)])
    found = np.concatenate([TARGETS * 0.9, np.full((100, 4), 0.25)])
    assert 0.25 < calibration.fit_scope_threshold(targets, found) <= 0.9
