"""Runs machine code of the ESP32's instruction set under qemu-xtensa, and counts instructions.

`Machine` is a running emulator that serves calls; `count` runs one call and says how many
instructions it executed. The processor is `de233_fpu`: MAC16, loops and windowed registers as in
the ESP32; `harness.s` carries out MULSH, which it lacks.
"""

import os
import shutil
import struct
import subprocess
import tempfile
from array import array
from collections.abc import Sequence
from functools import cache
from io import RawIOBase
from pathlib import Path
from types import TracebackType
from typing import IO

from harken_toolchain.errors import UserError
from harken_toolchain.lx6.assembler import assemble_file
from harken_toolchain.lx6.elf import executable

_BASE = 0x10000000
_MEMORY = 32 << 20
_ACTION = 0x4020  # the signal action in harness.s
_ARGUMENTS = 0x5000
_CODE, _CODE_SIZE = 0x10000, 0x10000
_HEAP = 0x100000
_PROCESSOR = "de233_fpu"
#: Lies before and behind every buffer; nothing may write there.
_GUARD = bytes([0xA5]) * 16
_EXIT, _WRITE, _READ, _CALL = range(4)
#: What a function may be given: a buffer (a bytearray or array object) or an integer.
Argument = bytearray | array | int | None
#: Debian's 7.2 computes a wrong sum where one block of its intermediate code holds several MAC16
#: instructions that also load; with one instruction a block it follows the manual.
_STEP = ("-singlestep",)
#: What a log line holds whose instruction lies in the code region.
_IN_CODE = f"/{(_BASE + _CODE) >> 16:x}".encode()
_CHUNK = 1 << 20


def available() -> bool:
    """Whether qemu-xtensa is installed."""
    return shutil.which("qemu-xtensa") is not None


@cache
def _program() -> bytes:
    harness = assemble_file(Path(__file__).with_name("harness.s"))
    action = struct.pack("<4I", _BASE + harness.labels["handler"], 0, 0, 0)
    return executable(harness.code.ljust(_ACTION, b"\0") + action, _BASE, _MEMORY, 0)


def _command(folder: str, *options: str) -> list[str]:
    if not available():
        raise UserError("qemu-xtensa is not installed", "Install it: apt-get install qemu-user")
    path = Path(folder) / "harness.elf"
    path.write_bytes(_program())
    path.chmod(0o755)
    return ["qemu-xtensa", "-cpu", _PROCESSOR, *options, str(path)]


class _Layout:
    """Places MicroPython objects in the emulated memory."""

    def __init__(self) -> None:
        self.at = _BASE + _HEAP
        self.writes: list[tuple[int, bytes]] = []
        self.buffers: list[tuple[int, bytearray | array]] = []
        self.objects: dict[int, int] = {}

    def place(self, data: bytes) -> int:
        """The address of `data`, 16-byte aligned as MicroPython's heap aligns blocks."""
        address = self.at
        self.at += -(-max(len(data), 1) // 16) * 16 + 16
        if self.at > _BASE + _MEMORY:
            raise UserError(f"{len(data)} bytes do not fit the emulated memory", "Use less data.")
        self.writes.append((address, data))
        return address

    def object(self, value: Argument) -> int:
        """The word that MicroPython passes for a value."""
        if value is None:
            return 0
        if isinstance(value, int):
            return (value << 1 | 1) & 0xFFFFFFFF
        if id(value) not in self.objects:  # an arena is often more than one argument
            items = self.place(_GUARD + bytes(value) + _GUARD) + len(_GUARD)
            self.buffers.append((items, value))
            head = struct.pack("<4I", 0, ord("B"), len(value), items)
            self.objects[id(value)] = self.place(head)
        return self.objects[id(value)]


def _request(what: int, address: int, size: int, more: int = 0) -> bytes:
    return struct.pack("<4I", what, address, size, more)


def _requests(code: bytes, arguments: Sequence[Argument]) -> tuple[bytes, _Layout]:
    """The bytes that load the code and the arguments, call it and read the buffers back."""
    layout = _Layout()
    words = [layout.object(value) for value in arguments]
    layout.writes.append((_BASE + _ARGUMENTS, struct.pack(f"<{len(words)}I", *words)))
    layout.writes.append((_BASE + _CODE, code))
    data = b"".join(_request(_WRITE, at, len(part)) + part for at, part in layout.writes)
    data += _request(_CALL, _BASE + _CODE, len(words), _BASE + _ARGUMENTS)
    for address, buffer in layout.buffers:
        size = len(memoryview(buffer).cast("B")) + 2 * len(_GUARD)
        data += _request(_READ, address - len(_GUARD), size)
    return data, layout


def _store(layout: _Layout, stream: IO[bytes]) -> None:
    """Reads the buffers back; RuntimeError where the code wrote beside one."""
    for number, (_, buffer) in enumerate(layout.buffers):
        view = memoryview(buffer).cast("B")
        before = stream.read(len(_GUARD))
        view[:] = stream.read(len(view))
        if before != _GUARD or stream.read(len(_GUARD)) != _GUARD:
            raise RuntimeError(f"the code wrote beside buffer {number} of {len(view)} bytes")


class Machine:
    """An emulator that stays; use it in a `with` statement or `close` it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._process = subprocess.Popen(
            _command(self._folder.name, *_STEP), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> "Machine":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def call(self, code: bytes, *arguments: Argument) -> int:
        """Calls a viper function; buffers among the arguments are changed in place.

        Returns:
            The object word that the function returned (1 is the small integer 0).

        Raises:
            RuntimeError: the code crashed the emulator.
        """
        data, layout = _requests(code, arguments)
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin and stdout
        stdin.write(data)
        stdin.flush()
        answer = stdout.read(4)
        if len(answer) != 4:
            raise RuntimeError(f"qemu-xtensa ended with {self._process.wait()}")
        _store(layout, stdout)
        return int(struct.unpack("<I", answer)[0])

    def close(self) -> None:
        """Ends the emulator."""
        if self._process.poll() is None:
            self._process.communicate(_request(_EXIT, 0, 0))
        self._folder.cleanup()


def count(code: bytes, *arguments: Argument) -> int:
    """Executed instructions of one call of a viper function; buffers are changed in place.

    With one instruction a block, the emulator logs one line for each that it executes.

    Raises:
        RuntimeError: the code crashed the emulator.
    """
    data, layout = _requests(code, arguments)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        os.mkfifo(log)
        command = _command(folder, *_STEP, "-d", "exec,nochain", "-D", str(log))
        answers = Path(folder) / "answers"
        requests = Path(folder) / "requests"
        requests.write_bytes(data + _request(_EXIT, 0, 0))
        with requests.open("rb") as stdin, answers.open("wb") as stdout:
            process = subprocess.Popen(command, stdin=stdin, stdout=stdout)
            with log.open("rb", buffering=0) as stream:
                executed = _count_lines(stream)
            status = process.wait()
        if status:
            raise RuntimeError(f"qemu-xtensa ended with {status}")
        with answers.open("rb") as stream:
            stream.read(4)
            _store(layout, stream)
    return executed


def _count_lines(stream: RawIOBase) -> int:
    """Lines of the emulator's log that name an address of the code region."""
    total, rest = 0, b""
    while chunk := stream.read(_CHUNK):
        rest += chunk
        total += rest.count(_IN_CODE)
        rest = rest[-len(_IN_CODE) + 1 :]
    return total
