"""Fills the working folder of a simulated board as an image fills a real board's flash."""

from pathlib import Path

from harken.partition import ModelTable

from harken_toolchain import boards, paths
from harken_toolchain.image import models
from harken_toolchain.image.simulate import simulated
from harken_toolchain.prepare import attach


def fill(state: Path, board: str = "esp32_wroom32") -> None:
    """Packs the released models into a `models` partition of the board's size.

    Args:
        state: the working folder; made when it is missing.
        board: whose flash layout it is.
    """
    state.mkdir(parents=True, exist_ok=True)
    released = {path.stem: path for path in (paths.repository() / "models").glob("*/*.tflite")}
    layout = boards.load(board).partitions
    size = next(partition.size for partition in layout if partition.name == "models")
    content = {name: attach(models.read(path)) for name, path in released.items()}
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
