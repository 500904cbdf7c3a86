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
import random
import signal
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from harken_toolchain.engine import seeds

#: Longest run of one mutant in seconds; the originals take milliseconds.
_PATIENCE = 10
#: Bounds given to the device interpreter: far above the originals, far below what hurts.
_ARENA, _WORK = 1 << 20, 1 << 22
_BATCH = 32
_INTERESTING = (0, 1, 2, 3, 4, 7, 8, 16, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF)
_WORDS = (0, 1, 2, 4, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE, 0x3F800000, 0x7F800000)


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
    for name, model in mutants(count, seed):
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


def mutants(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """(name, file) of `count` damaged models."""
    models = seeds.models()
    # The small ones more often: they are as telling and ten times as fast.
    names = [n for n in sorted(models) for _ in range(3 if len(models[n]) < seeds.SMALL else 1)]
    for i in range(count):
        rng = random.Random(f"{seed}/{i}")
        name = names[i % len(names)]
        data = bytearray(models[name])
        done = [rng.choice(_DAMAGES)(data, rng) for _ in range(rng.choice((1, 1, 1, 2, 4)))]
        yield f"{name} {i}: {', '.join(done)}", bytes(data)


def _place(data: bytearray, rng: random.Random, width: int) -> int:
    """Where to damage: mostly in the tables, which lie behind the constants or between them."""
    return rng.randrange(max(1, len(data) - width + 1)) & -width


def _flip(data: bytearray, rng: random.Random) -> str:
    at = _place(data, rng, 1)
    bit = rng.randrange(8)
    data[at : at + 1] = bytes([data[at] ^ 1 << bit]) if data else b""
    return f"bit {bit} of byte {at}"


def _byte(data: bytearray, rng: random.Random) -> str:
    at, value = _place(data, rng, 1), rng.randrange(256)
    data[at : at + 1] = bytes([value])
    return f"byte {at} = {value}"


def _half(data: bytearray, rng: random.Random) -> str:
    at, value = _place(data, rng, 2), rng.choice(_INTERESTING)
    data[at : at + 2] = struct.pack("<H", value)
    return f"half {at} = {value}"


def _word(data: bytearray, rng: random.Random) -> str:
    at, value = _place(data, rng, 4), rng.choice((*_WORDS, rng.getrandbits(32)))
    data[at : at + 4] = struct.pack("<I", value)
    return f"word {at} = {value}"


def _nudge(data: bytearray, rng: random.Random) -> str:
    at, by = _place(data, rng, 4), rng.choice((-64, -8, -4, -2, -1, 1, 2, 4, 8, 64))
    value = int.from_bytes(data[at : at + 4], "little") + by
    data[at : at + 4] = struct.pack("<I", value & 0xFFFFFFFF)
    return f"word {at} += {by}"


def _swap(data: bytearray, rng: random.Random) -> str:
    a, b = _place(data, rng, 4), _place(data, rng, 4)
    one, two = bytes(data[a : a + 4]), bytes(data[b : b + 4])
    if len(one) == len(two) == 4:
        data[a : a + 4], data[b : b + 4] = two, one
    return f"words {a} and {b} swapped"


def _cut(data: bytearray, rng: random.Random) -> str:
    at = rng.randrange(len(data) + 1)
    del data[at:]
    return f"cut at {at}"


def _remove(data: bytearray, rng: random.Random) -> str:
    at, n = _place(data, rng, 4), rng.choice((1, 2, 4, 8, 16))
    del data[at : at + n]
    return f"{n} bytes removed at {at}"


def _copy(data: bytearray, rng: random.Random) -> str:
    a, b, n = _place(data, rng, 4), _place(data, rng, 4), rng.choice((4, 8, 16, 32))
    data[b : b + n] = data[a : a + n]
    return f"{n} bytes from {a} to {b}"


_DAMAGES = (_flip, _flip, _byte, _half, _word, _word, _nudge, _nudge, _swap, _cut, _remove, _copy)


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
    inputs = [_input(found, rng) for found in interpreter.get_input_details()]
    for found, values in zip(interpreter.get_input_details(), inputs, strict=True):
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
