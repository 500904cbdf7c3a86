"""Recipes, phrases and the files that a training reads."""

from pathlib import Path

import pytest
from harken_toolchain import paths
from harken_toolchain.errors import UserError
from harken_toolchain.train import kept, phrases, recipe, report

MODELS = sorted((paths.repository() / "models").glob("*/model.toml"))
RECIPE = 'title = "t"\nsummary = "s"\nrelease = "measure"\ndataset = "emotion_dair"\n'


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.parent.name)
def test_every_text_recipe_is_valid(path: Path):
    if recipe.is_text(path):
        assert recipe.read(path.parent).name == path.parent.name


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.parent.name)
def test_a_card_is_what_the_toolchain_writes(path: Path):
    if recipe.is_text(path):
        metrics = report.Metrics.model_validate_json((path.parent / "metrics.json").read_text())
        written = report.card(recipe.read(path.parent), metrics)
        assert (path.parent / "card.md").read_text() == written


@pytest.mark.parametrize(
    "line, named",
    [
        ("[features]\nslots = 100\n", "features.slots"),
        ("[features]\ngrams = [5, 2]\n", "features.grams"),
        ("[training]\nepoch = 3\n", "training.epoch"),
        ("surprise = 1\n", "surprise"),
        ("[teacher]\nmembers = 0\n", "wanted one of them to label"),
        ("[teacher]\nfirst = 3.0\n", "wanted match above 0"),
        ("[[[", "model.toml"),
    ],
)
def test_a_wrong_recipe_names_the_line(tmp_path: Path, line: str, named: str):
    (tmp_path / "model.toml").write_text(RECIPE + line)
    with pytest.raises(UserError, match=named.replace(".", r"\.")):
        recipe.read(tmp_path)


def test_a_missing_recipe_says_what_to_give(tmp_path: Path):
    with pytest.raises(UserError) as error:
        recipe.read(tmp_path)
    assert "models/emotion" in error.value.hint


def test_the_digest_follows_the_recipe(tmp_path: Path):
    (tmp_path / "model.toml").write_text(RECIPE)
    first = recipe.read(tmp_path).digest()
    (tmp_path / "model.toml").write_text(RECIPE + "[training]\nepochs = 3\n")
    assert recipe.read(tmp_path).digest() != first


def test_the_projects_intents_have_the_size_that_is_promised():
    intents = phrases.read("dialogue/intents.en")
    assert len(intents) >= 80
    assert all(sum(map(len, intent.families)) >= 25 for intent in intents.values())


def test_a_family_stands_in_one_split_alone():
    labels, splits = phrases.load("dialogue/intents.en")
    where = {row.text: split for split, rows in splits.items() for row in rows}
    intents = phrases.read("dialogue/intents.en")
    for intent in intents.values():
        for family in intent.families:
            assert len({where[phrase] for phrase in family}) == 1
    assert len(labels) == len(intents)
    for name in ("test", "validation"):
        assert 0.08 < len(splits[name]) / sum(map(len, splits.values())) < 0.13
        assert {row.target for row in splits[name]} == set(range(len(labels)))


def test_results_are_kept_under_their_inputs(own_cache: Path):
    first = kept.path("fits", "a", b"b")
    assert kept.path("fits", "a", b"c") != first
    assert kept.load(first) is None
    kept.store(first, {"x": kept.np.ones(3)})
    found = kept.load(first)
    assert found is not None
    assert found["x"].sum() == 3
