"""harken data list"""

from rich.console import Console
from rich.table import Table

from harken_toolchain.data import located, manifest


def command() -> None:
    """List the datasets that Harken knows and where they lie on this machine.

    Example: `harken data list`
    """
    table = Table("name", "what", "weights may be given away", "on this machine")
    for name in manifest.names():
        sheet = manifest.read(name)
        folder = located(name)
        shareable = "yes" if sheet.redistributable else "no"
        table.add_row(name, sheet.title, shareable, str(folder or "no"))
    Console().print(table)
