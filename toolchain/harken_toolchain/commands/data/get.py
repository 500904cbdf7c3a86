"""harken data get"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from harken_toolchain.data import fetch, load, manifest


def command(
    name: Annotated[str, typer.Argument(help="Name of the dataset; see `harken data list`.")],
    source: Annotated[
        Path | None, typer.Option("--from", help="Copy from this folder instead of downloading.")
    ] = None,
) -> None:
    """Get a public dataset into your cache, checked against its checksums.

    A broken download goes on where it stopped; a wrong file never replaces a right one.

    Examples: `harken data get goemotions`,
    `harken data get emotion_dair --from ../shared/datasets/emotion_dair`
    """
    sheet = manifest.read(name)
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TransferSpeedColumn(), console=console) as progress:
        tasks = {file.name: progress.add_task(file.name, total=None) for file in sheet.file}

        def report(file: str, done: int, total: int | None) -> None:
            progress.update(tasks[file], completed=done, total=total)

        folder = fetch.get(sheet, source, report)
    load(name)
    console.print(f"{sheet.title}: {folder}", soft_wrap=True)
    console.print(f"Licence: {sheet.licence}", soft_wrap=True)
