"""Damages models on purpose and asks whether the device interpreter notices.

Every mutant must end in one of two ways: a `ModelError`, or the answer that tflite-micro gives to
the same file. Anything else (another exception, too long a run, another answer, an answer where
tflite-micro refuses) counts as `other`.

tflite-micro trusts its input and may end the process. It runs in forked children that take one
accepted mutant after the other; when a child ends, that mutant counts as refused and the next child
goes on behind it. Most mutants never get that far: the device interpreter goes first.
"""

import os
import pickle
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from harken_toolchain.engine import damages, seeds

#: Longest run of one mutant in seconds; the originals take milliseconds.
_PATIENCE = 10
#: Bounds given to the device interpreter: far above the originals, far below what hurts.
_ARENA, _WORK = 1 << 20, 1 << 22
_BATCH = 32


@dataclass
class Counts:
    """What became of the mutants; `failures` says which of them counted as `other` and why."""

    tried: int = 0
    model_errors: int = 0
    exact: int = 0
    other: int = 0
    failures: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, int]:
        """The four counts, as `harken bench engine --json` prints them."""
        names = ("tried", "model_errors", "exact", "other")
        return {name: getattr(self, name) for name in names}


@dataclass
class Answer:
    """A mutant that the device interpreter ran: its file, inputs and outputs."""

    name: str
    model: bytes
    inputs: list[np.ndarray]
    outputs: list[np.ndarray]


class _TooLong(Exception):
    pass


def run(
    count: int, seed: int = 1, progress: Callable[[], None] = lambda: None, keep: int = 20
) -> Counts:
    """Tries `count` mutants of the seed models; the same seed makes the same mutants.

    Args:
        count: how many mutants.
        seed: of all random choices.
        progress: called once a mutant.
        keep: how many failures are described.
    """
    counts = Counts()
    answers: list[Answer] = []
    for name, model in damages.mutants(count, seed):
        progress()
        counts.tried += 1
        answer = _ours(name, model, seed, counts)
        if answer is not None:
            answers.append(answer)
        if len(answers) == _BATCH:
            _judge(answers, counts)
            answers = []
    _judge(answers, counts)
    del counts.failures[keep:]
    return counts


def _ours(name: str, model: bytes, seed: int, counts: Counts) -> Answer | None:
    """Runs a mutant on the device interpreter; None unless it gave an answer."""
    from harken.tflite import ModelError

    try:
        with _patience():
            return _answer(name, model, seed)
    except ModelError:
        counts.model_errors += 1
    except Exception as error:
        counts.other += 1
        counts.failures.append(f"{name}: {type(error).__name__}: {error}")
    return None


def _answer(name: str, model: bytes, seed: int) -> Answer:
    from harken.tflite import Interpreter

    interpreter = Interpreter(model, kernels="portable", arena_limit=_ARENA, work_limit=_WORK)
    interpreter.allocate_tensors()
    rng = np.random.default_rng(seed)
    details = interpreter.get_input_details()
    inputs = [_input(found, rng) for found in details]
    for found, values in zip(details, inputs, strict=True):
        interpreter.set_tensor(found["index"], values)
    interpreter.invoke()
    outputs = []
    for found in interpreter.get_output_details():
        flat = np.array(interpreter.get_tensor(found["index"]))
        if flat.dtype.name != found["dtype"]:  # arrays have no booleans and handles
            flat = flat.astype("bool" if found["dtype"] == "bool" else "int32")
        outputs.append(flat.reshape(found["shape"]))
    return Answer(name, model, inputs, outputs)


def _input(found: dict[str, Any], rng: np.random.Generator) -> np.ndarray:
    shape, dtype = found["shape"], found["dtype"]
    if dtype == "float32":
        return rng.normal(0, 1, shape).astype(dtype)
    if dtype in ("int32", "int64", "bool", "uint32"):
        return rng.integers(0, seeds.ROWS if dtype != "bool" else 2, shape).astype(dtype)
    if dtype == "resource":
        return np.zeros(shape, "int32")
    limits = np.iinfo(dtype)
    return rng.integers(limits.min, limits.max + 1, shape).astype(dtype)


class _patience:
    """Raises `_TooLong` in the body when it takes more than `_PATIENCE` seconds."""

    def __enter__(self) -> None:
        signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, _PATIENCE)

    def __exit__(self, *_: Any) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    @staticmethod
    def _ring(*_: Any) -> None:
        raise _TooLong(f"more than {_PATIENCE} s")


def _judge(answers: list[Answer], counts: Counts) -> None:
    """Compares answers with tflite-micro's."""
    for answer, wanted in zip(answers, _reference(answers), strict=True):
        complaint = _complaint(answer, wanted)
        if complaint:
            counts.other += 1
            counts.failures.append(f"{answer.name}: {complaint}")
        else:
            counts.exact += 1


def _complaint(answer: Answer, wanted: list[np.ndarray] | str) -> str:
    if isinstance(wanted, str):
        return f"an answer where tflite-micro {wanted}"
    if len(wanted) != len(answer.outputs):
        return f"{len(answer.outputs)} outputs: wanted {len(wanted)}"
    for one, two in zip(answer.outputs, wanted, strict=True):
        if one.size != two.size or one.dtype != two.dtype:
            return f"output {one.dtype}{one.shape}: wanted {two.dtype}{two.shape}"
        if one.tobytes() != np.ascontiguousarray(two).tobytes():
            where = int(np.argmax(one.ravel() != two.ravel()))
            return f"element {where}: {one.ravel()[where]}: wanted {two.ravel()[where]}"
    return ""


def _reference(answers: list[Answer]) -> list[list[np.ndarray] | str]:
    """For each answer tflite-micro's outputs, or what it did instead."""
    found: list[list[np.ndarray] | str] = []
    while len(found) < len(answers):
        found += _child(answers[len(found) :])
        if len(found) < len(answers):
            found.append("ended its process")
    return found


def _child(answers: list[Answer]) -> list[list[np.ndarray] | str]:
    """What one child found out before it ended."""
    from tflite_micro.python.tflite_micro import _runtime  # noqa: F401 (once, before the fork)

    readable, writable = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(readable)
        _serve(answers, writable)
    os.close(writable)
    found: list[list[np.ndarray] | str] = []
    with os.fdopen(readable, "rb") as pipe:
        try:
            while len(found) < len(answers):
                found.append(pickle.load(pipe))
        except (EOFError, pickle.UnpicklingError):
            pass
    os.waitpid(pid, 0)
    return found


def _serve(answers: list[Answer], writable: int) -> None:
    """The child: writes one result after the other and leaves without a trace."""
    try:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 2)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        for answer in answers:
            signal.alarm(_PATIENCE)
            data = pickle.dumps(_tflm(answer))
            while data:
                data = data[os.write(writable, data) :]
    finally:
        os._exit(0)


def _tflm(answer: Answer) -> list[np.ndarray] | str:
    from tflite_micro.python.tflite_micro import _runtime

    kind = _runtime.PythonInterpreterConfig.kAllocationRecording
    try:
        made = _runtime.InterpreterWrapper(answer.model, [], 4 * _ARENA, 4, kind, 0)
        for i, values in enumerate(answer.inputs):
            made.SetInputTensor(values, i)
        if made.Invoke():
            return "fails to run it"
        return [np.array(made.GetOutputTensor(i)) for i in range(len(answer.outputs))]
    except (RuntimeError, ValueError, IndexError) as error:
        return f"refuses: {error}"
