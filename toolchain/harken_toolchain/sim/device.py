"""The simulated board as a process that is talked to over its serial line."""

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from harken_toolchain import boards

_HERE = Path(__file__).parent
#: What `harken.console.lines.PIECE` leaves for a text in a request, in bytes.
_PIECE = 800


class BoardError(Exception):
    """The simulated board ended, or answered a call with an error."""


class SimulatedBoard:
    """Starts the firmware and calls its console methods.

    Args:
        runtime: the argument vector of a MicroPython, or None for CPython.
        state: the folder with the partitions, where the firmware's own files land.
        heap: the heap's size as `-X heapsize` takes it; that of the default board where it is None.
        firmware: the folder with boot.py and main.py; None boots from the partition `vfs`.
    """

    def __init__(
        self,
        runtime: list[str] | None,
        state: Path,
        firmware: Path | None,
        heap: str | None = None,
    ):
        heap = heap or str(boards.default().ram.heap_bytes)
        self._process = subprocess.Popen(
            start(runtime, state, firmware, heap),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            # Ctrl-C is for the host's end of the line, which then closes it.
            start_new_session=True,
        )
        self._number = 0

    def __enter__(self) -> "SimulatedBoard":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def say(self, line: str) -> dict[str, Any]:
        """What the board answers to a typed line: its session's reply, or a command's result."""
        first, *others = pieces(line.replace("\n", " "))
        for piece in others:
            self.call("say", text=piece, more=True)
        return self.call("line", text=first)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a console method.

        Raises:
            BoardError: the board answered with an error or is gone.
        """
        self._number += 1
        request = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        answer = self._exchange(json.dumps(request, ensure_ascii=False))
        if "error" in answer:
            raise BoardError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def close(self) -> int:
        """Ends the input, which ends the firmware; returns its exit status."""
        assert self._process.stdin and self._process.stdout
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            status = self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._process.stdout.close()
        return status

    def _exchange(self, line: str) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise BoardError("the board has ended") from None
        for said in self._process.stdout:
            if said.startswith("{"):
                return json.loads(said)
        raise BoardError(f"the board ended with status {self._process.wait()}")


def start(runtime: list[str] | None, state: Path, firmware: Path | None, heap: str) -> list[str]:
    """The argument vector that starts a simulated board; see `SimulatedBoard`."""
    # The stand-ins lie in a real board's ROM: here they take as little of the heap as they can.
    program = [*runtime, "-O3", "-X", f"heapsize={heap}"] if runtime else [sys.executable, "-u"]
    folders = [_HERE / "standins", state, *([firmware] if firmware else [])]
    return [*program, str(_HERE / "board.py"), *map(str, folders)]


def pieces(text: str) -> list[str]:
    """Cuts a long text into pieces that fit into one request each, between words."""
    cut = [""]
    for word in text.split(" "):
        for part in _parts(word):
            longer = f"{cut[-1]} {part}" if cut[-1] else part
            if len(json.dumps(longer, ensure_ascii=False).encode()) <= _PIECE:
                cut[-1] = longer
            else:
                cut.append(part)
    return cut


def _parts(word: str) -> list[str]:
    """A word in parts of at most 100 characters."""
    return [word[at : at + 100] for at in range(0, len(word), 100)] or [""]
