"""Counts the instructions that the 32-bit MicroPython for x86 executes, with compiled firmware.

Its viper code and its virtual machine do on x86 what they do on the ESP32; that both take as many
instructions is an assumption. Nothing was counted on a board.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from harken_toolchain import micropython
from harken_toolchain.errors import UserError
from harken_toolchain.sim import compiled

_EMULATOR = "qemu-i386"
_HEAP = "384k"
_FEW, _MORE = 1, 5
#: What qemu's -strace logs when a script prints a line.
_PRINT = b" write(1,"


def available() -> bool:
    """Whether everything that counting takes is installed."""
    found = shutil.which(_EMULATOR) and micropython.find() and compiled.available()
    return bool(found)


def each(script: str, *arguments: str) -> int:
    """Instructions of one more turn of `script`, which makes as many as `sys.argv[1]` says.

    Raises:
        UserError: the emulator or MicroPython is missing.
        ScriptError: the script failed.
    """
    _require()
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "script.py"
        file.write_text(script)
        few, more = (
            _run([str(file), str(turns), *arguments], Path(name), _HEAP, [], None)[-1]
            for turns in (_FEW, _MORE)
        )
    return round((more - few) / (_MORE - _FEW))


def at_prints(script: str, heap: str) -> list[int]:
    """Instructions executed before each line that `script` prints.

    Raises: as `each`.
    """
    _require()
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "script.py"
        file.write_text(script)
        return _run([str(file)], Path(name), heap, ["-strace"], _PRINT)[:-1]


def _require() -> None:
    if not shutil.which(_EMULATOR):
        raise UserError(f"{_EMULATOR} is not installed", "Install it: apt-get install qemu-user")


def _run(
    arguments: list[str], folder: Path, heap: str, options: list[str], mark: bytes | None
) -> list[int]:
    """`totals` of one run of MicroPython."""
    log = folder / "log"
    log.unlink(missing_ok=True)
    os.mkfifo(log)
    argv = [_EMULATOR, *options, "-d", "in_asm,exec,nochain", "-D", str(log)]
    argv += [*micropython.require(), "-X", f"heapsize={heap}", *arguments]
    environment = {**os.environ, "MICROPYPATH": str(compiled.cached())}
    with (folder / "said").open("w+") as said:
        run = subprocess.Popen(argv, env=environment, stdout=said, stderr=said)
        with log.open("rb") as lines:
            found = totals(lines, mark)
        if run.wait():
            said.seek(0)
            raise micropython.ScriptError(said.read())
    return found


def totals(lines: Iterable[bytes], mark: bytes | None = None) -> list[int]:
    """Instructions in the emulator's log up to each line that holds `mark`, and up to its end.

    A block is listed after a line with "IN:", one instruction a line, when it is translated;
    "Trace N: HOST [BASE/ADDRESS/...]" says that it runs.
    """
    sizes: dict[int, int] = {}
    found, total, block = [], 0, None
    for line in lines:
        if line.startswith(b"Trace"):
            total += sizes[int(line.split(b"/", 2)[1], 16)]
        elif line.startswith(b"IN:"):
            block = None
        elif line.startswith(b"0x"):
            if block is None:
                block = int(line[: line.index(b":")], 16)
                sizes[block] = 0
            sizes[block] += 1
        elif mark and mark in line:
            found.append(total)
    return [*found, total]
