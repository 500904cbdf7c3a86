"""Writes `package.json` of harken.tflite, the list of files that mip installs.

python -m harken_toolchain.engine.package
"""

import json
from pathlib import Path

import harken

from harken_toolchain import paths

FOLDER = Path("firmware") / "harken" / "tflite"


def text() -> str:
    """The file's content for the files that are there."""
    folder = paths.repository() / FOLDER
    found = [path.relative_to(folder) for path in folder.rglob("*.*")]
    files = sorted(str(path) for path in found if path.suffix in (".py", ".mpy"))
    urls = [[f"harken/tflite/{name}", name] for name in files]
    return json.dumps({"version": harken.__version__, "urls": urls}, indent=2) + "\n"


if __name__ == "__main__":
    (paths.repository() / FOLDER / "package.json").write_text(text())
