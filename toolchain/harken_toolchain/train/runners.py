"""Runs packed text models: under tflite-micro, and on the device interpreter with its text code."""

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from harken_toolchain import micropython

#: Heap for a run from source files, which hold more code than the compiled ones of a board.
_HEAP = "384k"
_SCRIPT = """
import gc, json, sys
from harken.text.classify import Classifier
classifier = Classifier(sys.argv[1], kernels=sys.argv[3])
with open(sys.argv[2]) as lines:
    for line in lines:
        print(bytes(classifier.quantised(json.loads(line))).hex())
        gc.collect()
"""

#: Yields the int8 output [labels] of each text.
Outputs = Iterator[np.ndarray]


def tflm(model: bytes, ids: np.ndarray) -> Outputs:
    """Under tflite-micro, from encoded texts, int32 [texts, tokens, rows]."""
    from tflite_micro.python.tflite_micro import runtime

    interpreter = runtime.Interpreter.from_bytes(model)
    for row in ids:
        interpreter.reset()
        interpreter.set_input(row[None], 0)
        interpreter.invoke()
        yield np.asarray(interpreter.get_output(0)).reshape(-1).copy()


def portable(model: bytes, texts: Sequence[str]) -> Outputs:
    """On the device interpreter with portable kernels, in this process."""
    from harken.text.classify import Classifier

    classifier = Classifier(model, kernels="portable")
    for text in texts:
        yield np.asarray(classifier.quantised(text), np.int8)


def viper(model: bytes, texts: Sequence[str]) -> Outputs:
    """On the device interpreter with viper kernels, under MicroPython with the board's heap.

    Raises:
        UserError: there is no MicroPython.
        ScriptError: the run under MicroPython failed.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "model.tflite").write_bytes(model)
        (folder / "run.py").write_text(_SCRIPT)
        lines = [json.dumps(_plain(text), ensure_ascii=False) for text in texts]
        (folder / "texts").write_text("\n".join(lines) + "\n")
        files = [str(folder / part) for part in ("run.py", "model.tflite", "texts")]
        argv = [*micropython.require(), "-X", f"heapsize={_HEAP}", *files, "viper"]
        yield from _lines(argv)


def _plain(text: str) -> str:
    """`text` without lone surrogates, which cannot be written to a file."""
    return text.encode(errors="replace").decode()


def _lines(argv: list[str]) -> Outputs:
    run = subprocess.Popen(
        argv,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=micropython.environment([]),
    )
    assert run.stdout is not None
    said = []
    with run:
        try:
            for line in run.stdout:
                row = _row(line)
                if row is None:
                    said.append(line)
                else:
                    yield row
        except GeneratorExit:
            run.kill()
            raise
    code = run.returncode
    if code or said:
        raise micropython.ScriptError("".join(said) or f"MicroPython ended with {code}")


def _row(line: str) -> np.ndarray | None:
    try:
        return np.frombuffer(bytes.fromhex(line.strip()), np.int8)
    except ValueError:
        return None


#: (model, texts) -> outputs, by the name of a kernel set.
TEXT_RUNNERS: dict[str, Callable[[bytes, Sequence[str]], Outputs]] = {
    "portable": portable,
    "viper": viper,
}


def fastest() -> str:
    """The kernel set that this machine runs fastest: viper where there is a MicroPython."""
    return "viper" if micropython.find() else "portable"


def dequantise(model: bytes, outputs: np.ndarray) -> np.ndarray:
    """Float64 scores from the int8 outputs of `model`."""
    from harken.tflite.graph import Model
    from harken.tflite.sources import MemorySource

    graph = Model(MemorySource(model)).subgraph(0)
    tensor = graph.tensor(graph.outputs[0])
    return (outputs.astype(float) - tensor.zero_point()) * tensor.scale()


def stored_settings(model: bytes) -> dict[str, Any]:
    """The settings that a packed text model carries."""
    from harken.tflite.graph import Model
    from harken.tflite.sources import MemorySource

    stored = Model(MemorySource(model)).metadata("harken.text")
    assert stored is not None, "a text model"
    return json.loads(stored)
