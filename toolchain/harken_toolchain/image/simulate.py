"""An image as the simulated board holds it: everything as it is, machine code translated.

The simulator's MicroPython is a 32-bit x86 and cannot run Xtensa or RISC-V code. A module that
holds machine code is compiled from its source for x86 instead, after that source has been shown
to give exactly the module in the image; all other files stay byte for byte. Machine code that
has no Python source (the LX6 kernels) stays too: it does not load there, and the interpreter
takes its next kernels.
"""

import json
from pathlib import Path

from harken.update.loader import APP_BLOCK, manifest_path

from harken_toolchain import boards
from harken_toolchain.boards import Board
from harken_toolchain.errors import UserError
from harken_toolchain.image import application, filesystem
from harken_toolchain.image.build import SLOT
from harken_toolchain.image.extract import extract
from harken_toolchain.paths import repository

HOST_ARCH = "x86"


def _is_native(data: bytes) -> bool:
    return data[:1] == b"M" and data[2] >> 2 & 0x0F != 0


def _translate(path: str, data: bytes, board: Board) -> bytes:
    """The module at `path` for the simulator's processor."""
    name = path[:-4] + ".py"
    source = repository() / "firmware" / name
    if not source.is_file():
        return data
    if application.compile_module(source, name, board) != data:
        raise UserError(
            f"{path} in the image does not come from firmware/{name} as it is now",
            "Build the image again from this checkout: 'harken image'.",
        )
    host = board.model_copy(update={"native_arch": HOST_ARCH})
    return application.compile_module(source, name, host)


def simulated(path: Path) -> dict[str, bytes]:
    """The partitions of an image, content by name, for the simulated board.

    Raises:
        UserError: it is no image of Harken, or its machine code comes from other sources.
    """
    parts = extract(path)
    try:
        loader = filesystem.read(parts["vfs"])
        manifest = json.loads(loader[manifest_path(SLOT, "")])
        app = filesystem.read(parts[f"app_{SLOT}"], APP_BLOCK)
    except (KeyError, ValueError) as error:
        raise UserError(
            f"{path} is no image of Harken: {error}", "Build one: 'harken image'."
        ) from error
    board = boards.load(manifest["board"])
    files = {
        name: _translate(name, data, board) if _is_native(data) else data
        for name, data in app.items()
    }
    size = len(parts[f"app_{SLOT}"])
    data, _ = filesystem.make(files, size, APP_BLOCK)
    models = parts["models"][: manifest["models"][0]]
    loader[manifest_path(SLOT, "")] = application.manifest(
        manifest["version"], board.name, filesystem.trim(data), models
    )
    vfs, _ = filesystem.make(loader, len(parts["vfs"]))
    return parts | {"vfs": vfs, f"app_{SLOT}": data}
