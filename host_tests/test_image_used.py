"""What is left of the interpreter for a model runs that model, with every kernel set."""

import shutil
from pathlib import Path

import pytest
from harken_toolchain import micropython
from harken_toolchain.engine import graph, inputs
from harken_toolchain.image import used
from harken_toolchain.paths import repository

FIRMWARE = repository() / "firmware"
FOLDER = Path(__file__).parent / "fixtures/models"
QUICK = ("lstm", "text_cnn")
MODELS = [
    pytest.param(path, id=path.stem, marks=() if path.stem in QUICK else pytest.mark.slow)
    for path in sorted(FOLDER.glob("*.tflite"))
]

RUN = """
import sys
sys.path[:] = [{folder!r}]
from binascii import hexlify
from harken.tflite import Interpreter
for kernels in ("portable", "viper"):
    i = Interpreter({model!r}, kernels=kernels)
    i.allocate_tensors()
    for d, data in zip(i.get_input_details(), {inputs!r}):
        i.set_tensor(d["index"], data)
    i.invoke()
    for d in i.get_output_details():
        print(hexlify(bytes(memoryview(i.get_tensor(d["index"])))).decode())
"""


def copy_used(models, folder):
    """The interpreter's sources without what the models do not use; (kept, left out)."""
    left_out = used.unused(FIRMWARE, used.by(models))
    kept = 0
    for file in (FIRMWARE / "harken/tflite").rglob("*.py"):
        path = file.relative_to(FIRMWARE).as_posix()
        if path in left_out:
            continue
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, folder / path)
        kept += 1
    return kept, left_out


@pytest.mark.micropython
@pytest.mark.parametrize("path", MODELS)
def test_a_model_runs_with_what_is_left_for_it(path, tmp_path, runtime):
    data = path.read_bytes()
    _, left_out = copy_used({path.stem: data}, tmp_path)
    assert left_out
    (sample,) = inputs.random(graph.read(data), 1, seed=5)
    given = [array.tobytes() for array in sample]
    script = RUN.format(folder=str(tmp_path), model=str(path), inputs=given)
    lines = micropython.run_script(script, heap="8m").split()
    half = len(lines) // 2
    assert half and lines[:half] == lines[half:]


def test_the_machine_code_of_a_used_family_stays():
    family = used.Used(frozenset({"fully_connected"}), frozenset({"dense"}))
    left_out = used.unused(FIRMWARE, family)
    assert "harken/tflite/kernels/lx6/code_dense.mpy" not in left_out
    assert "harken/tflite/kernels/lx6/selftest.py" not in left_out
    assert "harken/tflite/kernels/lx6/code_pool.mpy" in left_out
    assert "harken/tflite/ops/lstm.py" in left_out
    assert not any(path.startswith("harken/tflite/graph") for path in left_out)
