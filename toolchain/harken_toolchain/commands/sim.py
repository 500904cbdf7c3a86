"""harken sim"""

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from harken_toolchain import micropython, paths
from harken_toolchain.errors import UserError
from harken_toolchain.runtime import install
from harken_toolchain.sim import compiled, flash
from harken_toolchain.sim.device import BoardError, SimulatedBoard

_ORDER = (
    "text",
    "emotion",
    "confidence",
    "state",
    "risk",
    "kind",
    "reason",
    "latency_ms",
    "heap_used",
)


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
    model: Annotated[
        list[str] | None,
        typer.Option(help="A model's name or .tflite, instead of 'emotion'; repeatable."),
    ] = None,
    image: Annotated[
        Path | None, typer.Option(help="Boot this image file instead of the checkout's firmware.")
    ] = None,
    source: Annotated[
        bool, typer.Option("--source", help="Let the board parse the .py files, uncompiled.")
    ] = False,
    heap: Annotated[
        str | None,
        typer.Option(help="Size of the MicroPython heap, for example 128k; by default a board's."),
    ] = None,
    cpython: Annotated[
        bool, typer.Option("--cpython", help="Run the firmware on CPython instead of MicroPython.")
    ] = False,
) -> None:
    """Talk to a simulated board that runs the real firmware files.

    The files of firmware/, compiled one by one as in an image, run under 32-bit MicroPython
    with a heap as on an ESP32; MicroPython is fetched into your cache the first time. `/help`
    lists the board's commands. Ctrl-C or Ctrl-D leaves.

    Examples: `harken sim`, `harken sim --script talk.txt`,
    `printf 'i feel so alone tonight\\n' | harken sim --json`
    """
    lines = _lines(script)
    runtime = None if cpython else _runtime()
    if image and not runtime:
        raise UserError("an image boots under MicroPython only", "Run 'harken runtime install'.")
    with tempfile.TemporaryDirectory(prefix="harken-") as scratch:
        folder = (state or Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        compile_it = bool(runtime) and not source and compiled.available()
        firmware = _flash(folder, image, model or flash.MODELS, compile_it)
        with SimulatedBoard(runtime, folder, firmware, heap) as board:
            _converse(board, lines, as_json)


def _flash(
    folder: Path, image: Path | None, models: Sequence[str], compile_it: bool
) -> Path | None:
    """Fills the board's flash; gives the firmware's folder, None when it is in the flash."""
    if image is not None:
        flash.unpack(image, folder)
        return None
    flash.fill(folder, models)
    return compiled.cached() if compile_it else paths.repository() / "firmware"


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
    try:
        with suppress(KeyboardInterrupt):
            _talk(board, lines, as_json)
    except BoardError as error:
        raise UserError(str(error), "The simulated board stopped; see its message above.") from None


def _talk(board: SimulatedBoard, lines: Iterable[str] | None, as_json: bool) -> None:
    console = Console(highlight=False, markup=False)
    if not as_json:
        console.print(board.call("hello")["text"], style="dim")
    for line in _typed(console) if lines is None else lines:
        if lines is not None and not as_json:
            console.print(f"> {line}", style="bold")
        _show(console, board.say(line), as_json)


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
        # MicroPython's dicts have no order; people read the reply first.
        ordered = {key: reply[key] for key in sorted(reply, key=_place)}
        print(json.dumps(ordered, ensure_ascii=False), flush=True)
        return
    console.print(reply["text"])
    if "emotion" in reply:
        console.print(_remark(reply), style="dim")


def _place(key: str) -> tuple[int, str]:
    """Where a reply's key is printed: the known ones first, the others by name."""
    return (_ORDER.index(key) if key in _ORDER else len(_ORDER), key)


def _remark(reply: dict[str, Any]) -> str:
    """What the board made of the line, in one line."""
    parts = [f"risk {reply['risk']}"]
    if reply["emotion"]:
        parts.insert(0, f"{reply['emotion']} {reply['confidence']:.0%}")
    parts.append(f"{reply['latency_ms']} ms")
    return "  [" + ", ".join(parts) + "]"
