"""harken sim"""

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from harken_toolchain import micropython
from harken_toolchain.errors import UserError
from harken_toolchain.runtime import install
from harken_toolchain.sim import flash
from harken_toolchain.sim.device import BoardError, SimulatedBoard


def command(
    script: Annotated[
        Path | None,
        typer.Option(help="Say the lines of this file ('-': standard input), print a transcript."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object for each reply.")
    ] = False,
    state: Annotated[
        Path | None,
        typer.Option(help="Keep the board's flash in this folder; without it nothing is kept."),
    ] = None,
    heap: Annotated[str, typer.Option(help="Size of the MicroPython heap.")] = micropython.HEAP,
    cpython: Annotated[
        bool, typer.Option("--cpython", help="Run the firmware on CPython instead of MicroPython.")
    ] = False,
) -> None:
    """Talk to a simulated board that runs the real firmware files.

    The firmware runs under 32-bit MicroPython with a heap as on an ESP32; MicroPython is
    fetched into your cache the first time. `/help` lists the board's commands. Ctrl-C or
    Ctrl-D leaves.

    Examples: `harken sim`, `harken sim --script talk.txt`,
    `printf 'i feel so alone tonight\\n' | harken sim --json`
    """
    lines = _lines(script)
    runtime = None if cpython else _runtime()
    with tempfile.TemporaryDirectory(prefix="harken-") as scratch:
        folder = (state or Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        flash.fill(folder)
        with SimulatedBoard(runtime, folder, heap) as board, suppress(KeyboardInterrupt):
            _converse(board, lines, as_json)


def _lines(script: Path | None) -> Iterable[str] | None:
    """The lines to say, or None when a person types them."""
    if script is None:
        return None if sys.stdin.isatty() else _stripped(sys.stdin)
    if str(script) == "-":
        return _stripped(sys.stdin)
    if not script.is_file():
        raise UserError(f"no file {script}", "Name a text file, one line to say on each line.")
    return _stripped(script.read_text(errors="replace").splitlines())


def _stripped(lines: Iterable[str]) -> Iterator[str]:
    return (line.rstrip("\r\n") for line in lines)


def _runtime() -> list[str] | None:
    """A MicroPython, fetched if need be; None, with one line that says so, for CPython."""
    found = micropython.find()
    if found:
        return found
    console = Console(stderr=True, soft_wrap=True)
    try:
        with console.status("fetching MicroPython (4 MB, once)"):
            install.install()
    except (UserError, OSError) as error:
        console.print(f"No MicroPython here ({error}); running the firmware on CPython instead.")
    return micropython.find()


def _converse(board: SimulatedBoard, lines: Iterable[str] | None, as_json: bool) -> None:
    console = Console(highlight=False, markup=False)
    if not as_json:
        console.print(board.call("hello")["text"], style="dim")
    typed = lines is None
    for line in _typed(console) if lines is None else lines:
        if not as_json and not typed:
            console.print(f"> {line}", style="bold")
        try:
            reply = board.say(line)
        except BoardError as error:
            raise UserError(str(error), "The simulated board stopped; start it again.") from None
        _show(console, reply, as_json)


def _typed(console: Console) -> Iterator[str]:
    """The lines that a person types, until the end of the input."""
    with suppress(ImportError):
        import readline  # noqa: F401  gives input() editing keys and history
    with suppress(EOFError):
        while True:
            yield input("> ")
    console.print()


def _show(console: Console, reply: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(reply, ensure_ascii=False), flush=True)
        return
    console.print(reply["text"])
    if "emotion" in reply:
        console.print(_remark(reply), style="dim")


def _remark(reply: dict[str, Any]) -> str:
    """What the board made of the line, in one line."""
    parts = [f"risk {reply['risk']}"]
    if reply["emotion"]:
        parts.insert(0, f"{reply['emotion']} {reply['confidence']:.0%}")
    parts.append(f"{reply['latency_ms']} ms")
    return "  [" + ", ".join(parts) + "]"
