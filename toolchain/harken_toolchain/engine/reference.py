"""Runs models under tflite-micro, the truth of this project, in a process of its own.

tflite-micro ends the whole process on some invalid models. `Reference` therefore talks to a
child: an end of the child is a `ReferenceFailure` with what it printed, and the next call
starts a new one.
"""

import atexit
import os
import pickle
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from typing import IO, Any

import numpy as np

#: The arena is found by bisection between these sizes in bytes.
_SMALLEST, _LARGEST = 1 << 8, 1 << 24
_ALIGNMENT = 16


class ReferenceFailure(Exception):
    """tflite-micro refused the model or ended; the text holds its own message."""


class Reference:
    """A child process that runs models under tflite-micro."""

    def __init__(self) -> None:
        self._child: subprocess.Popen | None = None
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115

    def run(self, model: bytes, samples: Sequence[Sequence[np.ndarray]]) -> list[list[np.ndarray]]:
        """The outputs of every sample, one after the other in one interpreter.

        Args:
            model: a .tflite file.
            samples: for each sample its inputs, in the model's order, shapes and dtypes.

        Raises:
            ReferenceFailure: tflite-micro refuses the model.
        """
        return self._ask("run", model, [list(sample) for sample in samples])

    def arena_minimum(self, model: bytes) -> int:
        """The smallest arena in bytes with which tflite-micro allocates the model.

        Raises:
            ReferenceFailure: it does not even with the largest one.
        """
        self._ask("allocate", model, _LARGEST)
        low, high = _SMALLEST, _LARGEST
        while high - low > _ALIGNMENT:
            middle = (low + high) // 2 // _ALIGNMENT * _ALIGNMENT
            try:
                self._ask("allocate", model, middle)
            except ReferenceFailure:  # refused, or ended: both happen with arenas too small
                low = middle
            else:
                high = middle
        return high

    def planned(self, model: bytes, sample: Sequence[np.ndarray]) -> int:
        """The bytes of the arena that tflite-micro plans for tensors and scratch alone.

        The rest of its arena holds the graph, with the pointers of this machine.
        """
        self._ask("report", model, list(sample))
        found = re.search(r"Arena allocation head (\d+) bytes", self._printed())
        return int(found.group(1)) if found else 0

    def close(self) -> None:
        """Ends the child."""
        if self._child is not None:
            self._child.communicate()
        self._child = None

    def _ask(self, what: str, *arguments: Any) -> Any:
        child = self._child = self._child or self._start()
        assert child.stdin and child.stdout
        self._errors.seek(0)
        self._errors.truncate()
        try:
            pickle.dump((what, arguments), child.stdin)
            child.stdin.flush()
            good, answer = pickle.load(child.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            child.kill()
            child.communicate()
            self._child = None
            text = f"it ended with status {child.returncode}: {self._printed()}"
            raise ReferenceFailure(text) from None
        if not good:
            raise ReferenceFailure(f"{answer}: {self._printed()}")
        return answer

    def _start(self) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )

    def _printed(self) -> str:
        self._errors.seek(0)
        return " / ".join(self._errors.read().decode(errors="replace").split("\n")).strip(" /")


@cache
def shared() -> Reference:
    """One `Reference` for the whole process, ended with it."""
    made = Reference()
    atexit.register(made.close)
    return made


def _serve(taken: IO[bytes], given: IO[bytes]) -> None:
    """The child's loop: answers (method, arguments) until its input ends."""
    answers: dict[str, Any] = {"run": _run, "allocate": _allocate, "report": _report}
    while True:
        try:
            what, arguments = pickle.load(taken)
        except EOFError:
            return
        try:
            answer = (True, answers[what](*arguments))
        except (RuntimeError, ValueError, IndexError) as error:
            answer = (False, str(error))
        pickle.dump(answer, given)
        given.flush()


def _interpreter(model: bytes, arena: int) -> Any:
    from tflite_micro.python.tflite_micro import runtime

    return runtime.Interpreter.from_bytes(model, arena_size=arena)


def _invoke(interpreter: Any, sample: list[np.ndarray]) -> None:
    for index, values in enumerate(sample):
        interpreter.set_input(values, index)
    if interpreter.invoke():
        raise RuntimeError("invoke() failed")


def _run(model: bytes, samples: list[list[np.ndarray]]) -> list[list[np.ndarray]]:
    interpreter = _interpreter(model, _LARGEST)
    count = _outputs(model)
    found = []
    for sample in samples:
        _invoke(interpreter, sample)
        found.append([np.array(interpreter.get_output(index)) for index in range(count)])
    return found


def _report(model: bytes, sample: list[np.ndarray]) -> None:
    interpreter = _interpreter(model, _LARGEST)
    _invoke(interpreter, sample)
    interpreter.print_allocations()


def _main(model: bytes) -> Any:
    from harken_toolchain.engine.builder import schema

    return schema().Model.GetRootAsModel(model, 0).Subgraphs(0)


def _outputs(model: bytes) -> int:
    return _main(model).OutputsLength()


def _allocate(model: bytes, arena: int) -> None:
    _interpreter(model, arena)


if __name__ == "__main__":
    # What the library prints goes to stderr, so that it cannot get between the answers.
    answers_to = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _serve(sys.stdin.buffer, answers_to)
