"""Runs each model laid out here and laid out beforehand; prints a line where the outputs differ.

Call: `prepared_twins.py KERNELS MODEL PREPARED [MODEL PREPARED ...]`, on MicroPython or CPython.
"""

import gc
import sys
from array import array

from harken.tflite import Interpreter


def filling(details, seed):
    """Bytes for an input; row numbers stay below 50."""
    size = {"int8": 1, "int32": 4, "float32": 4, "int16": 2}[details["dtype"]]
    count = 1
    for n in details["shape"]:
        count *= n
    values = [(i * 37 + seed * 11) % 50 for i in range(count)]
    code = {1: "b", 2: "h", 4: "i"}[size]
    return array("f" if details["dtype"] == "float32" else code, values)


def outputs(source, kernels, prepared):
    interpreter = Interpreter(source, kernels=kernels, prepared=prepared)
    if prepared and interpreter._layout is None:
        raise ValueError("no layout in " + source)
    interpreter.allocate_tensors()
    found = []
    for seed in range(3):
        for details in interpreter.get_input_details():
            interpreter.set_tensor(details["index"], filling(details, seed))
        interpreter.invoke()
        for details in interpreter.get_output_details():
            found.append(bytes(interpreter.get_tensor(details["index"])))
    return found


kernels, pairs = sys.argv[1], sys.argv[2:]
for plain, prepared in zip(pairs[::2], pairs[1::2]):  # noqa: B905 (MicroPython)
    gc.collect()
    if outputs(plain, kernels, False) != outputs(prepared, kernels, True):
        print("different:", plain)
print("compared", len(pairs) // 2)
