"""The kernels on the chip: their self-test, and whole models against tflite-micro."""

import base64
from pathlib import Path

import numpy as np
import pytest
from harken_toolchain.engine import graph, inputs, reference
from harken_toolchain.update.upload import upload

FOLDER = Path(__file__).parents[1] / "fixtures/models"
#: Small enough for the board's file system and its heap.
MODELS = ("text_cnn", "cnn_1d", "lstm")
_SAMPLES, _SEED = 3, 11

RUN = """
from binascii import a2b_base64, hexlify
from harken.tflite import Interpreter
from time import ticks_diff, ticks_us
i = Interpreter("/data/test.tflite", kernels={kernels!r})
i.allocate_tensors()
for sample in {samples!r}:
    for d, data in zip(i.get_input_details(), sample):
        i.set_tensor(d["index"], a2b_base64(data))
    start = ticks_us()
    i.invoke()
    spent = ticks_diff(ticks_us(), start)
    for d in i.get_output_details():
        print(spent, hexlify(bytes(memoryview(i.get_tensor(d["index"])))).decode())
"""


def test_the_best_kernels_of_the_chip_are_chosen(board):
    name = board.exec("from harken.tflite import kernels;print(kernels.NAME)").strip()
    platform = board.exec("import sys;print(sys.implementation._machine)")
    classic = "with ESP32" in platform and not any(f"ESP32{x}" in platform for x in "SC")
    assert name == ("lx6" if classic else "viper")


def test_every_family_of_machine_code_passes_its_self_test(board):
    if board.exec("from harken.tflite import kernels;print(kernels.NAME)").strip() != "lx6":
        pytest.skip("this chip runs no LX6 code")
    script = """
import os
from harken.tflite.kernels.lx6 import selftest
folder = "/app/harken/tflite/kernels/lx6"
for name in sorted(os.listdir(folder)):
    if name.startswith("code_"):
        code = __import__("harken.tflite.kernels.lx6." + name[:-4], None, None, ("x",))
        print(name[5:-4], selftest.passes(name[5:-4], code))
"""
    lines = board.exec(script).split("\n")
    failed = [line for line in lines if line.strip() and not line.strip().endswith("True")]
    assert lines and not failed


@pytest.mark.parametrize("kernels", ["portable", "viper", "lx6"])
@pytest.mark.parametrize("name", MODELS)
def test_a_model_gives_what_tflite_micro_gives(board, name, kernels, record_property):
    model = (FOLDER / f"{name}.tflite").read_bytes()
    usable = board.exec(
        f"from harken.tflite import kernels;print(kernels.usable({kernels!r}))"
    ).strip()
    if usable != "True":
        pytest.skip(f"this chip runs no {kernels} kernels")
    upload(board, model, "/data/test.tflite", lambda done: None)
    samples = inputs.random(graph.read(model), _SAMPLES, _SEED)
    sent = [[base64.b64encode(part.tobytes()).decode() for part in sample] for sample in samples]
    lines = board.exec(RUN.format(kernels=kernels, samples=sent)).split("\n")
    found = [bytes.fromhex(line.split()[1]) for line in lines if line.strip()]
    wanted = [
        np.ascontiguousarray(out).tobytes()
        for sample in reference.shared().run(model, samples)
        for out in sample
    ]
    assert found == wanted
    times = [int(line.split()[0]) for line in lines if line.strip()]
    record_property("microseconds", min(times))
    print(f"{name} {kernels}: {min(times)} us")
