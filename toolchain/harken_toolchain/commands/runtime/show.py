"""harken runtime show"""

import typer

from harken_toolchain import micropython


def command() -> None:
    """Print the MicroPython that `harken sim` would use; exit code 1 if there is none.

    Example: `harken runtime show`
    """
    argv = micropython.find()
    print(" ".join(argv) if argv else "none: 'harken sim' would run the firmware on CPython")
    if argv is None:
        raise typer.Exit(1)
