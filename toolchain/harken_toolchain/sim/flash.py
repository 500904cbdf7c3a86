"""Fills the working folder of a simulated board as an image fills a real board's flash."""

from collections.abc import Sequence
from pathlib import Path

from harken.partition import ModelTable

from harken_toolchain import boards, paths
from harken_toolchain.image import choose, models
from harken_toolchain.image.simulate import simulated
from harken_toolchain.prepare import attach

#: What the simulated board holds unless told otherwise: it tells six emotions, and danger.
MODELS = ("emotion", "crisis")


def fill(state: Path, names: Sequence[str] = MODELS, board: str = "esp32_wroom32") -> None:
    """Packs models into a `models` partition of the board's size.

    Args:
        state: the working folder; made when it is missing.
        names: folders in models/, or paths of .tflite files.
        board: whose flash layout it is.

    Raises:
        UserError: a model is missing or no .tflite, or they do not fit.
    """
    state.mkdir(parents=True, exist_ok=True)
    chosen = boards.load(board)
    size = next(part.size for part in chosen.partitions if part.name == "models")
    found = choose.models(paths.repository(), chosen, list(names))
    content = {name: attach(data) for name, data in found.items()}
    area = models.pack(content, size // 2)
    _partition(state, "models").write_bytes(area.ljust(size, b"\xff"))


def unpack(image: Path, state: Path) -> None:
    """Writes every partition of an image file into the working folder.

    Raises:
        UserError: the file is missing or no image.
    """
    state.mkdir(parents=True, exist_ok=True)
    for label, content in simulated(image).items():
        _partition(state, label).write_bytes(content)


def damage(state: Path, name: str) -> None:
    """Flips the first 64 bytes of a packed model, as a failing flash would."""
    path = _partition(state, "models")
    content = bytearray(path.read_bytes())
    start, _ = ModelTable(models.Memory(bytes(content))).find(name)
    content[start : start + 64] = bytes(byte ^ 0x5A for byte in content[start : start + 64])
    path.write_bytes(content)


def _partition(state: Path, label: str) -> Path:
    return state / f"{label}.partition"
