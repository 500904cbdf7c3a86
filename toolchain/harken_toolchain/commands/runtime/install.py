"""harken runtime install"""

from rich.console import Console

from harken_toolchain import micropython
from harken_toolchain.runtime import install


def command() -> None:
    """Fetch a 32-bit MicroPython (4 MB, once) into your cache.

    It comes from your system's own Debian package sources, is checked against pinned
    checksums, and changes nothing in the system. `$HARKEN_CACHE` moves the cache.

    Example: `harken runtime install`
    """
    console = Console()
    with console.status("fetching MicroPython") as status:
        folder = install.install(lambda what: status.update(f"MicroPython: {what}"))
    micropython.run_script("print(1)")
    console.print(f"MicroPython is ready in {folder}", soft_wrap=True)
