"""The firmware as an image holds it: compiled, for the simulator's processor."""

from pathlib import Path

from harken_toolchain import boards, paths
from harken_toolchain.image.application import loader_files, slot_files

#: Code for another processor than the simulator's.
_FOREIGN = ("harken/tflite/kernels/lx6",)


def write(target: Path, board: str = "esp32_wroom32") -> Path:
    """Compiles the firmware into `target`, with boot.py and main.py as they are.

    On the heap compiled modules take what they take on a board: no source is parsed there.
    """
    firmware = paths.repository() / "firmware"
    chosen = boards.load(board)
    image = chosen.image.model_copy(update={"leave_out": chosen.image.leave_out + _FOREIGN})
    simulated = chosen.model_copy(update={"native_arch": "x86", "image": image})
    files = slot_files(firmware, simulated)
    files["slots.mpy"] = loader_files(firmware, simulated)["slots.mpy"]
    for path, content in files.items():
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    for name in ("boot.py", "main.py"):
        (target / name).write_bytes((firmware / name).read_bytes())
    return target
