"""`harken upload`: one file onto a board."""

from pathlib import Path, PurePosixPath
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from harken_toolchain.errors import UserError


def _target(file: Path, to: str | None) -> str:
    """The path on the board: a model goes where the application looks for models."""
    if to is None:
        return f"/models/{file.name}" if file.suffix == ".tflite" else f"/data/{file.name}"
    return str(PurePosixPath("/", to, file.name) if to.endswith("/") else PurePosixPath("/", to))


def command(
    file: Annotated[Path, typer.Argument(help="A model (.tflite) or a file of data.")],
    port: Annotated[str, typer.Option(help="Serial port, or 'auto'.")] = "auto",
    to: Annotated[
        str | None, typer.Option(help="Path on the board; default /models/ or /data/.")
    ] = None,
) -> None:
    """Copies a model or a file of data onto a board's file system.

    The file appears whole or not at all. The file system is small: large models belong into the
    models partition, which 'harken update --model' writes.

    Examples:

        harken upload gesture.tflite --port /dev/ttyUSB0

        harken upload rows.csv --to /data/rows.csv
    """
    from harken_toolchain.flash import ports
    from harken_toolchain.image import models
    from harken_toolchain.update import transport
    from harken_toolchain.update.upload import upload

    if not file.is_file():
        raise UserError(f"there is no file {file}")
    data = models.read(file) if file.suffix == ".tflite" else file.read_bytes()
    device = ports.choose(port, ports.listed())
    target = _target(file, to)
    with transport.connected(device) as board, Progress(transient=True) as progress:
        bar = progress.add_task(file.name, total=len(data))
        upload(board, data, target, lambda done: progress.update(bar, completed=done))
        board.reset()
    Console().print(f"{device}: {target}, {len(data):,} bytes, compared")
