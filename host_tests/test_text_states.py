"""The eleven states from the scores of an emotion model."""

import pytest
from harken.text.states import states
from harken_toolchain import data, paths
from harken_toolchain.train.states import mapping

STATES = [
    "anxiety",
    "sadness",
    "anger",
    "joy",
    "fear",
    "disgust",
    "surprise",
    "hope",
    "overwhelm",
    "peace",
    "confusion",
]
SETTINGS = {"states": {"joy": [[0, 1.0]], "hope": [[0, 0.5], [1, 1.0]]}, "thresholds": [0.2, 0.3]}


@pytest.mark.parametrize("name", ["goemotions", "emotion_dair"])
def test_the_file_maps_every_state_to_labels_of_the_dataset(name: str):
    labels = data.manifest.read(name).labels
    found = mapping(name, labels)
    assert found is not None
    assert sorted(found) == sorted(STATES)


def test_the_first_two_states_with_intensity_and_confidence():
    assert states(SETTINGS, [0.8, 0.1]) == ("joy", "hope", 0.8, pytest.approx(2 / 3))
    assert states(SETTINGS, [0.0, 0.6]) == ("hope", None, 0.6, 1)


def test_nothing_above_its_threshold_is_no_state():
    assert states(SETTINGS, [0.2, 0.3]) == (None, None, 0, 0)


def test_a_dataset_without_a_mapping_has_none():
    assert mapping("clinc150", []) is None
    assert (paths.repository() / "datasets" / "dialogue" / "states.toml").is_file()
