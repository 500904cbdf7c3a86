"""What a text model costs of a board's heap: 128 KB, source files, viper kernels."""

import json

import pytest
from harken_toolchain import micropython, paths
from harken_toolchain.engine.builder import ModelBuilder

pytestmark = pytest.mark.micropython

MODEL = "models/emotion/emotion.tflite"

SCRIPT = """
import gc, json, sys
import harken.tflite
interpreter = harken.tflite.Interpreter({model!r})
interpreter.allocate_tensors()
index = interpreter.get_input_details()[0]
outputs = interpreter.get_output_details()
harken.tflite.unload()
gc.collect()
free = gc.mem_free()
n = 1
for k in index["shape"]:
    n *= k
data = bytes(n * (4 if index["dtype"] == "int32" else 1))
used = before = after = 0
for _ in range(3):
    interpreter.reset_variable_tensors()
    interpreter.set_tensor(index["index"], data)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    interpreter.invoke()
    after = gc.mem_alloc()
    gc.enable()
    used = after - before
found = {{
    "kernels": interpreter.kernels,
    "free": free,
    "blocks": interpreter.blocks,
    "allocated": used,
    "output": bytes(interpreter.get_tensor(outputs[0]["index"])).hex(),
}}
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found(runtime):
    model = paths.repository() / MODEL
    if not model.exists():
        pytest.skip(f"{MODEL} is not there: 'harken train models/emotion' makes it")
    printed = micropython.run_script(SCRIPT.format(model=str(model)), heap="128k", timeout=60)
    return json.loads(printed.strip().split("\n")[-1])


def test_viper_is_chosen(found):
    assert found["kernels"] == "viper"


def test_sixty_kilobytes_stay_free(found):
    assert found["free"] >= 60 * 1024


def test_blocks_are_small(found):
    assert max(found["blocks"]) <= 16384


def test_invoke_allocates_nothing(found):
    assert found["allocated"] == 0


def test_the_answer_is_that_of_the_portable_kernels(found):
    import numpy as np
    from harken.tflite import Interpreter

    made = Interpreter(str(paths.repository() / MODEL), kernels="portable")
    made.allocate_tensors()
    [index] = made.get_input_details()
    made.set_tensor(index["index"], np.zeros(index["shape"], index["dtype"]))
    made.invoke()
    assert bytes(made.get_tensor(made.get_output_details()[0]["index"])).hex() == found["output"]


LARGE = """
from harken.tflite import Interpreter, ModelError
try:
    interpreter = Interpreter({model!r})
    interpreter.allocate_tensors()
    print("prepared")
except ModelError as error:
    print("ModelError", error)
"""


@pytest.mark.parametrize("size", [30_000, 50_000, 400_000])
def test_a_model_that_does_not_fit_is_refused(runtime, tmp_path, size):
    """Whether its arena is larger than the heap or than its longest free piece."""
    m = ModelBuilder()
    x, y, z = (m.tensor([1, size], scale=0.1) for _ in "xyz")
    m.op("RELU", [x], [y])
    m.op("ADD", [x, y], [z], "Add")
    path = tmp_path / "model.tflite"
    path.write_bytes(m.build([x], [z]))
    printed = micropython.run_script(LARGE.format(model=str(path)), heap="128k", timeout=60)
    assert printed.startswith("ModelError")
