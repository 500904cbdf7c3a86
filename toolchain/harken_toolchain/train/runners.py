"""Runs a packed text model over encoded texts, under tflite-micro and on the device interpreter."""

from collections.abc import Callable, Iterator

import numpy as np

#: Yields the int8 output [labels] of each row of ids, int32 [texts, tokens, rows].
Outputs = Iterator[np.ndarray]
Runner = Callable[[bytes, np.ndarray], Outputs]


def tflm(model: bytes, ids: np.ndarray) -> Outputs:
    """Under tflite-micro."""
    from tflite_micro.python.tflite_micro import runtime

    interpreter = runtime.Interpreter.from_bytes(model)
    for row in ids:
        interpreter.reset()
        interpreter.set_input(row[None], 0)
        interpreter.invoke()
        yield np.asarray(interpreter.get_output(0)).reshape(-1)


def device(model: bytes, ids: np.ndarray) -> Outputs:
    """On the device interpreter with portable kernels, in this process."""
    from harken.text.classify import Classifier

    classifier = Classifier(model, kernels="portable")
    for row in ids:
        yield np.asarray(classifier.run(row.reshape(-1)), np.int8)


RUNNERS: dict[str, Runner] = {"tflm": tflm, "device": device}


def dequantise(model: bytes, outputs: np.ndarray) -> np.ndarray:
    """Float64 scores from the int8 outputs of `model`."""
    from harken.tflite import Interpreter

    interpreter = Interpreter(model)
    interpreter.allocate_tensors()
    scale, zero_point = interpreter.get_output_details()[0]["quantization"]
    return (outputs.astype(float) - zero_point) * scale
