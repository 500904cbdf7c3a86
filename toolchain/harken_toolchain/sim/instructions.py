"""Counts the instructions that the 32-bit MicroPython for x86 executes, with compiled firmware.

Its viper code and its virtual machine do on x86 what they do on the ESP32; that both take as many
instructions is an assumption. Nothing was counted on a board.
"""

import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from harken_toolchain import micropython
from harken_toolchain.errors import UserError
from harken_toolchain.sim import compiled

_EMULATOR = "qemu-i386"
_HEAP = "384k"
_FEW, _MORE = 1, 5


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
    if not shutil.which(_EMULATOR):
        raise UserError(f"{_EMULATOR} is not installed", "Install it: apt-get install qemu-user")
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "script.py"
        file.write_text(script)
        few, more = (
            _count([str(file), str(turns), *arguments], Path(name)) for turns in (_FEW, _MORE)
        )
    return round((more - few) / (_MORE - _FEW))


def _count(arguments: list[str], folder: Path) -> int:
    log = folder / "log"
    log.unlink(missing_ok=True)
    os.mkfifo(log)
    argv = [_EMULATOR, "-d", "in_asm,exec,nochain", "-D", str(log)]
    argv += [*micropython.require(), "-X", f"heapsize={_HEAP}", *arguments]
    environment = {**os.environ, "MICROPYPATH": str(compiled.cached())}
    with (folder / "said").open("w+") as said:
        run = subprocess.Popen(argv, env=environment, stdout=said, stderr=said)
        with log.open("rb") as lines:
            found = executed(lines)
        if run.wait():
            said.seek(0)
            raise micropython.ScriptError(said.read())
    return found


def executed(lines: Iterable[bytes]) -> int:
    """Instructions in the emulator's log: each block's instructions as often as it was run.

    A block is listed after a line with "IN:", one instruction a line, when it is translated;
    "Trace N: HOST [BASE/ADDRESS/...]" says that it runs.
    """
    sizes: dict[int, int] = {}
    runs: Counter[bytes] = Counter()
    block = None
    for line in lines:
        if line.startswith(b"Trace"):
            runs[line.split(b"/", 2)[1]] += 1
        elif line.startswith(b"IN:"):
            block = None
        elif line.startswith(b"0x"):
            if block is None:
                block = int(line[: line.index(b":")], 16)
                sizes[block] = 0
            sizes[block] += 1
    return sum(count * sizes[int(address, 16)] for address, count in runs.items())
