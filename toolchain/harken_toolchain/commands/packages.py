"""`harken packages`: the lists for mip and ESP Web Tools."""

from typing import Annotated

import typer
from rich.console import Console

from harken_toolchain.paths import repository


def command(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 when a list is out of date.")
    ] = False,
) -> None:
    """Writes the file lists of the mip packages and the ESP Web Tools manifests.

    Run it after adding, removing or renaming a device file or a released model.

    Examples:

        harken packages

        harken packages --check
    """
    from harken_toolchain.packages import lists

    console, root = Console(), repository()
    stale = []
    for path, text in lists(root).items():
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        console.print(f"{'out of date' if check else 'written'}: {path.relative_to(root)}")
    if check and stale:
        console.print("Run 'harken packages'.")
        raise typer.Exit(1)
