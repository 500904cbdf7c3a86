"""Finds a 32-bit MicroPython and runs scripts under it with the firmware on their path."""

import functools
import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from harken_toolchain import paths
from harken_toolchain.errors import UserError
from harken_toolchain.runtime import install

#: Heap of a script: less than a board leaves to an application.
HEAP = "128k"


class ScriptError(Exception):
    """A script under MicroPython ended with an error; the text holds its stderr."""


def find() -> list[str] | None:
    """The argument vector of a 32-bit MicroPython, or None where there is none.

    Looked for in `$HARKEN_MICROPYTHON`, on PATH and in Harken's cache, in this order. A
    64-bit one on PATH is passed over: its objects are twice as large as the board's.

    Raises:
        UserError: `$HARKEN_MICROPYTHON` is set but does not start.
    """
    if own := os.environ.get("HARKEN_MICROPYTHON"):
        argv = shlex.split(own)
        if _word_bits(tuple(argv)) is None:
            raise UserError(
                f"$HARKEN_MICROPYTHON is '{own}', which does not start as MicroPython",
                "Unset it, or name a MicroPython program.",
            )
        return argv
    on_path = shutil.which("micropython")
    if on_path and _word_bits((on_path,)) == 32:
        return [on_path]
    if install.folder().is_dir():
        return install.command(install.folder())
    return None


def require() -> list[str]:
    """Like `find`, but a missing MicroPython is a `UserError`."""
    argv = find()
    if argv is None:
        raise UserError("no 32-bit MicroPython found", "Run 'harken runtime install'.")
    return argv


@functools.cache
def _word_bits(argv: tuple[str, ...]) -> int | None:
    """32 or 64, or None when `argv` does not start a MicroPython."""
    ask = "import sys;print(sys.implementation.name,32 if sys.maxsize==2147483647 else 64)"
    try:
        done = subprocess.run([*argv, "-c", ask], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    name, _, bits = done.stdout.strip().partition(" ")
    return int(bits) if name == "micropython" and bits.isdigit() else None


def run_script(
    script: str | Path,
    *arguments: str,
    heap: str = HEAP,
    path: list[Path] | None = None,
    stdin: str = "",
    timeout: float = 120,
) -> str:
    """Runs `script` under MicroPython and returns what it printed.

    Args:
        script: a path, or the text of a script.
        arguments: become `sys.argv[1:]`.
        heap: heap size as `-X heapsize` takes it, for example "128k".
        path: folders put before `firmware/` on `sys.path`.
        stdin: what the script can read.
        timeout: in seconds.

    Raises:
        ScriptError: the script ended with a status other than 0, or took too long.
        UserError: there is no MicroPython.
    """
    if isinstance(script, Path):
        return _run(script, arguments, heap, path or [], stdin, timeout)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "script.py"
        file.write_text(script)
        return _run(file, arguments, heap, path or [], stdin, timeout)


def environment(path: list[Path]) -> dict[str, str]:
    """The process environment with `path` and `firmware/` on MicroPython's search path."""
    folders = [*map(str, path), str(paths.repository() / "firmware"), ".frozen"]
    return {**os.environ, "MICROPYPATH": ":".join(folders)}


def _run(
    file: Path, arguments: tuple, heap: str, path: list[Path], stdin: str, timeout: float
) -> str:
    argv = [*require(), "-X", f"heapsize={heap}", str(file), *arguments]
    try:
        done = subprocess.run(
            argv,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            env=environment(path),
        )
    except subprocess.TimeoutExpired as expired:
        raise ScriptError(f"{file.name} ran for more than {timeout} s") from expired
    if done.returncode:
        raise ScriptError(f"{file.name} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout
