"""Runs prepared jobs through the device interpreter; this file itself runs under MicroPython.

    micropython on_device.py FOLDER KERNELS SOURCE

The folder's file `jobs` names one job a line. A job NAME is a model `NAME.tflite` and `NAME.in`,
the bytes of all inputs of all samples one after the other. For each the outputs' bytes are
written to `NAME.out`, figures to `NAME.meta` (lines "key value"), an exception to `NAME.err`.
"""

import gc
import sys


def _open(source, path):
    """What the interpreter reads: the path, or the file in memory, or a partition with the file."""
    if source == "file":
        return path
    with open(path, "rb") as file:
        data = file.read()
    return data if source == "memory" else Partition(data)


class Partition:
    """A flash partition as the board has it: `readblocks` in blocks of 4096 bytes."""

    def __init__(self, data):
        self._data = data + b"\xff" * (-len(data) % 4096)

    def readblocks(self, block, buffer, offset=0):
        at = block * 4096 + offset
        part = self._data[at : at + len(buffer)]
        buffer[: len(part)] = part

    def ioctl(self, what, argument):
        return {4: len(self._data) // 4096, 5: 4096}.get(what)


def run(folder, name, kernels, source="file"):
    """Runs one job; the figures as a dict.

    `alloc` is what one `invoke` behind the first takes from the heap, in bytes, -1 on CPython;
    `heap` what the interpreter keeps of it, code that was imported for it included.
    """
    before = _heap()
    from harken.tflite import Interpreter

    path = f"{folder}/{name}"
    interpreter = Interpreter(_open(source, path + ".tflite"), kernels=kernels)
    interpreter.allocate_tensors()
    inputs = [_size(interpreter, d) for d in interpreter.get_input_details()]
    outputs = [d["index"] for d in interpreter.get_output_details()]
    alloc = -1
    turn = 0
    with open(path + ".in", "rb") as taken, open(path + ".out", "wb") as given:
        while True:
            for index, size in inputs:
                data = taken.read(size)
                if size and len(data) < size:
                    meta = _figures(interpreter, turn, alloc, before)
                    interpreter.close()
                    return meta
                interpreter.set_tensor(index, data)
            if turn == 1:
                alloc = _measured(interpreter)
            else:
                interpreter.invoke()
            turn += 1
            for index in outputs:
                given.write(bytes(interpreter.get_tensor(index)))
            if not inputs:
                return _figures(interpreter, turn, alloc, before)


def _figures(interpreter, turn, alloc, before):
    largest = max(interpreter.blocks) if len(interpreter.blocks) else 0
    meta = {"arena": interpreter.arena, "largest": largest, "samples": turn, "alloc": alloc}
    meta["heap"] = _heap() - before
    return meta


def _heap():
    if not hasattr(gc, "mem_alloc"):
        return 0
    gc.collect()
    return gc.mem_alloc()


def _size(interpreter, details):
    return details["index"], len(bytes(interpreter.get_tensor(details["index"])))


def _measured(interpreter):
    if not hasattr(gc, "mem_alloc"):
        interpreter.invoke()
        return -1
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    interpreter.invoke()
    alloc = gc.mem_alloc() - before
    gc.enable()
    return alloc


def main(folder, kernels, source):
    """Runs every job of the folder."""
    with open(folder + "/jobs") as file:
        names = file.read().split()
    for name in names:
        try:
            meta = run(folder, name, kernels, source)
        except Exception as error:
            with open(f"{folder}/{name}.err", "w") as file:
                file.write(f"{type(error).__name__}: {error}")
            continue
        with open(f"{folder}/{name}.meta", "w") as file:
            for key in meta:
                file.write(f"{key} {meta[key]}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
