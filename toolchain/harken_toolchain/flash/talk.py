"""Speaks JSON-RPC with the application over a serial port."""

import json
import time
from typing import Any, Protocol


class Line(Protocol):
    """A serial port as pyserial opens it, with a timeout in seconds."""

    def write(self, data: bytes) -> Any: ...

    def readline(self) -> bytes: ...


class NoAnswer(Exception):
    """The application did not answer in time; the text holds what the board said instead."""


def ask(line: Line, method: str, seconds: float, **params: Any) -> dict[str, Any]:
    """The result of a method of the board's console.

    Asks again every few seconds, for a board that is starting misses what comes too early.

    Raises:
        NoAnswer: nothing that is JSON-RPC came in time.
    """
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    end, heard = time.monotonic() + seconds, []
    again = 0.0
    while time.monotonic() < end:
        if time.monotonic() >= again:
            line.write(json.dumps(request).encode() + b"\n")
            again = time.monotonic() + 3
        said = line.readline().decode("utf-8", "replace").strip()
        if said.startswith("{") and "jsonrpc" in said and '"method"' not in said:
            answer = json.loads(said)
            return answer.get("result", answer)
        if said:
            heard.append(said)
    raise NoAnswer("\n".join(heard[-12:]) or "nothing")
