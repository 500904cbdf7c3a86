"""Layouts that the host prepares: the same results, or no layout at all."""

import subprocess
import sys
from pathlib import Path

import pytest
from harken.tflite import Interpreter
from harken.tflite.prepared import FOOTER_SIZE, load
from harken.tflite.sources import MemorySource
from harken_toolchain import micropython
from harken_toolchain.paths import repository
from harken_toolchain.prepare import attach

HERE = Path(__file__).parent
MODELS = sorted((HERE / "fixtures" / "models").glob("*.tflite"))
MODELS.append(repository() / "models" / "emotion" / "emotion.tflite")
QUICK = ("lstm", "streaming", "text_cnn", "emotion")


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """By the name of each model: its path and that of its prepared twin."""
    folder = tmp_path_factory.mktemp("prepared")
    paths = {}
    for model in MODELS:
        twin = folder / model.name
        twin.write_bytes(attach(model.read_bytes()))
        paths[model.stem] = [str(model), str(twin)]
    return paths


def test_there_are_models():
    assert len(MODELS) >= 9


def test_prepared_models_give_the_same_on_cpython(twins: dict[str, list[str]]):
    paths = [path for name in QUICK for path in twins[name]]
    script = [sys.executable, str(HERE / "prepared_twins.py"), "portable", *paths]
    done = subprocess.run(script, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["compared", str(len(QUICK))]


@pytest.mark.micropython
@pytest.mark.parametrize("name", QUICK)
def test_prepared_models_give_the_same_with_viper(
    runtime: list[str], twins: dict[str, list[str]], name: str
):
    said = micropython.run_script(HERE / "prepared_twins.py", "viper", *twins[name], heap="4m")
    assert said.split() == ["compared", "1"]


@pytest.mark.slow
@pytest.mark.micropython
@pytest.mark.parametrize("kernels", ["viper", "portable"])
def test_all_prepared_models_give_the_same(
    runtime: list[str], twins: dict[str, list[str]], kernels: str
):
    paths = [path for pair in twins.values() for path in pair]
    said = micropython.run_script(HERE / "prepared_twins.py", kernels, *paths, heap="16m")
    assert said.split() == ["compared", str(len(MODELS))]


def test_the_twin_is_still_the_model():
    model = MODELS[0].read_bytes()
    assert attach(model).startswith(model)


@pytest.mark.parametrize("at", [-1, -FOOTER_SIZE, -FOOTER_SIZE - 1, -FOOTER_SIZE - 200])
def test_a_damaged_layout_is_not_taken(at: int):
    twin = bytearray(attach(MODELS[0].read_bytes()))
    assert load(MemorySource(bytes(twin)), "portable")
    twin[at] ^= 1
    assert load(MemorySource(bytes(twin)), "portable") is None


def test_without_asking_the_layout_is_not_taken():
    assert Interpreter(attach(MODELS[0].read_bytes()))._layout is None
