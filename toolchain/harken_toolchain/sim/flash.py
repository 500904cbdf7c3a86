"""Fills the working folder of a simulated board as an image fills a real board's flash."""

import shutil
from pathlib import Path

from harken_toolchain import paths


def fill(state: Path) -> None:
    """Puts the released models where the firmware looks for them."""
    target = state / "models"
    target.mkdir(parents=True, exist_ok=True)
    for model in (paths.repository() / "models").glob("*/*.tflite"):
        shutil.copy(model, target / model.name)
