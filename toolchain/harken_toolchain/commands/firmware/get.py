"""`harken firmware get`: stock MicroPython for a board."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from harken_toolchain import boards
from harken_toolchain.errors import UserError


def _fetch(url: str) -> bytes:
    from harken_toolchain.image import download

    with Progress(transient=True) as progress:
        bar = progress.add_task(url.rsplit("/", 1)[-1], total=None)
        return download.download(
            url, lambda done, total: progress.update(bar, completed=done, total=total or None)
        )


def command(
    board: Annotated[str, typer.Option(help="Name of a file in boards/.")] = "esp32_wroom32",
    source: Annotated[
        Path | None, typer.Option("--from", help="Take this file instead of downloading it.")
    ] = None,
    sha256: Annotated[
        str | None, typer.Option(help="Compare with this checksum, from a source you trust.")
    ] = None,
    unverified: Annotated[
        bool,
        typer.Option("--unverified", help="Accept a file that no published checksum covers."),
    ] = False,
) -> None:
    """Downloads a board's stock MicroPython, checks it and keeps it for 'harken image'.

    Checked are the structure, checksums inside the file, chip and version. Where the board's
    file knows no SHA-256 (micropython.org publishes none), give one with --sha256 or accept the
    file with --unverified; its SHA-256 is printed, to be compared and pinned.

    Examples:

        harken firmware get --board esp32_wroom32 --unverified

        harken firmware get --from ESP32_GENERIC-20250911-v1.26.1.bin --sha256 1f2e...
    """
    from harken_toolchain.image import download, stock

    chosen = boards.load(board)
    if source is not None and not source.is_file():
        raise UserError(f"there is no file {source}")
    data = source.read_bytes() if source else _fetch(chosen.micropython.url)
    firmware = stock.parse(data, chosen, source.name if source else "the download")
    found = hashlib.sha256(data).hexdigest()
    known = download.verify(data, sha256 or chosen.micropython.sha256)
    if not known and not unverified:
        raise UserError(
            f"boards/{chosen.name}.toml knows no SHA-256, so this file could not be checked"
            f" against one; its own is {found}",
            "Compare it with a source you trust and say --sha256, or accept it with --unverified.",
        )
    path = download.cached(chosen)
    download.store(data, path)
    checked = "SHA-256 as wanted" if known else "not compared with a published checksum"
    Console().print(f"{path}: MicroPython {firmware.version_text}, {checked}")
    Console().print(f"sha256 {found}")
