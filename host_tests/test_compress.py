"""`harken compress`: every step on a small model, and the table it writes."""

from pathlib import Path

import numpy as np
import pytest
from harken_toolchain.train import compression, compressors
from harken_toolchain.train.compression import Compression, Step
from harken_toolchain.train.compressors import Settings
from harken_toolchain.train.recipe import Recipe


def table() -> Compression:
    steps = [
        Step(
            step="pruned", numbers="float32", how="by a", validation={"f1": 0.5}, test={"f1": 0.4}
        ),
        Step(step="quantisation-aware", numbers="int8", how="no layer is supported"),
        Step(step="last", numbers="int8, device", how="b", test={"f1": 0.25}, bytes=1234),
    ]
    return Compression(
        name="small",
        recipe="ab",
        seed=2,
        sparsity=0.5,
        clusters=16,
        epochs=2,
        texts=100,
        released=False,
        steps=steps,
        seconds=1.0,
    )


def test_the_card_says_what_was_measured_and_what_was_not(tmp_path: Path):
    compression.write(tmp_path, table())
    lines = compression.section(tmp_path, "ab")
    assert "| pruned | float32 | 0.5000 / 0.4000 |  |  |" in lines
    assert "| quantisation-aware | int8 | - |  |  |" in lines
    assert "| last | int8, device | - / 0.2500 | 1,234 |  |" in lines
    assert "- quantisation-aware: no layer is supported." in lines
    assert any("is not the released file" in line for line in lines)


def test_a_card_takes_no_table_of_another_recipe(tmp_path: Path):
    assert compression.section(tmp_path, "ab") == []
    compression.write(tmp_path, table())
    assert compression.section(tmp_path, "cd") == []


def trained(kind: str) -> tuple[Recipe, "compressors.Arrays", list[np.ndarray]]:
    """A recipe, texts whose label their first row tells, and weights to start from."""
    from harken_toolchain.train.architectures import build, inference_weights

    recipe = Recipe.model_validate(
        {
            "folder": "small",
            "title": "Small",
            "summary": "For a test.",
            "release": "measure",
            "dataset": "none",
            "features": {"tokens": 4, "rows": 3, "slots": 64, "hashed": 16},
            "architecture": {"kind": kind, "width": 8, "units": 8},
            "training": {"batch": 16},
        }
    )
    random = np.random.default_rng(0)
    ids = random.integers(1, 81, (200, 4, 3)).astype(np.int32)
    arrays = compressors.Arrays(ids, np.eye(2, dtype=np.float32)[(ids[:, 0, 0] > 40).astype(int)])
    return recipe, arrays, inference_weights(build(recipe, 2, training=True))


def apply(step, kind: str, settings: Settings) -> tuple[list, list, list[str]]:
    """Weights before, weights after, names of the layers that a step wrapped."""
    recipe, arrays, weights = trained(kind)
    epochs: list[int] = []
    found, layers = compressors.apply(
        step, recipe, "label", arrays, weights, settings, epochs.append
    )
    assert epochs == list(range(settings.epochs + 1))
    assert [w.shape for w in found] == [w.shape for w in weights]
    return weights, found, layers


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["bag", "bilstm"])
def test_pruning_leaves_the_share_of_weights_that_is_asked_for(kind: str):
    pytest.importorskip("tensorflow_model_optimization")
    _, found, layers = apply(compressors.prune, kind, Settings(sparsity=0.75))
    assert "embedding" in layers and "head_0" in layers
    assert ("ahead" in layers) == (kind == "bilstm")
    matrices = [w for w in found if w.ndim == 2]
    assert np.mean([(w == 0).mean() for w in matrices]) == pytest.approx(0.75, abs=0.03)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["bag", "bilstm"])
def test_clustering_leaves_few_values(kind: str):
    pytest.importorskip("tensorflow_model_optimization")
    _, found, layers = apply(compressors.cluster, kind, Settings(clusters=4, epochs=1))
    assert "embedding" in layers
    table, *others = [w for w in found if w.ndim == 2]
    assert len(np.unique(table)) <= 5  # and the zeros of the padding row
    assert all(len(np.unique(w)) <= 4 for w in others if w.size > 64)


@pytest.mark.slow
def test_fake_quantisation_trains_dense_layers_alone_through_rounding():
    pytest.importorskip("tensorflow_model_optimization")
    before, found, layers = apply(compressors.fake_quantise, "bilstm", Settings(epochs=1))
    assert layers and all(name.startswith(("head", "score")) for name in layers)
    assert any((a != b).any() for a, b in zip(before, found, strict=True))


@pytest.mark.slow
def test_a_whole_table_with_its_card(tmp_path: Path, own_cache: Path):
    pytest.importorskip("tensorflow_model_optimization")
    from harken_toolchain.train import compress, run
    from test_train_run import quiet, small

    recipe = small(tmp_path, "bag")
    run.train(recipe, [1], quiet)
    found = compress.compress(recipe, Settings(epochs=1), quiet)
    assert found.released and found == compression.read(tmp_path)
    assert [step.numbers for step in found.steps] == [
        *("float32", "float32", "int8", "float32", "int8", "int8", "int8", "int8, device")
    ]
    assert all(0 <= value <= 1 for step in found.steps for value in step.test.values())
    student, pruned, _, clustered, *_, last, device = found.steps
    assert clustered.gzip_bytes < pruned.gzip_bytes < student.gzip_bytes
    assert device.test == last.test and last.bytes == recipe.file.stat().st_size
    card = (tmp_path / "card.md").read_text()
    assert "## Compression" in card and "Written by `harken train" in card
