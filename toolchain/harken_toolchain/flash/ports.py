"""Serial ports: which one the board is on, and why one does not open."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from harken_toolchain.errors import UserError

AUTO = "auto"
#: USB vendors of serial chips on ESP boards.
VENDORS = {
    0x10C4: "Silicon Labs CP210x",
    0x1A86: "WCH CH340",
    0x0403: "FTDI",
    0x303A: "Espressif USB",
    0x067B: "Prolific PL2303",
}
_NO_BOARD = (
    "Check the cable: many carry power only, and with one of these no port appears. On Windows"
    " and macOS the adapter (CP210x, CH340) may need its driver. Then name it with --port."
)


class Port(Protocol):
    """What `serial.tools.list_ports` says of a port."""

    device: str
    description: str
    vid: int | None


def listed() -> list[Port]:
    """The serial ports of this machine."""
    from serial.tools import list_ports

    return sorted(list_ports.comports(), key=lambda port: port.device)


def describe(port: Port) -> str:
    """`/dev/ttyUSB0 (CP2102 USB to UART Bridge, Silicon Labs CP210x)`."""
    names = [port.description or "", VENDORS.get(port.vid or 0, "")]
    said = ", ".join(name for name in names if name and name != "n/a")
    return f"{port.device} ({said})" if said else port.device


def choose(wanted: str, ports: Sequence[Port]) -> str:
    """The device to use: `wanted`, or for `auto` the only board among `ports`.

    Raises:
        UserError: no board, or several of them.
    """
    if wanted != AUTO:
        return wanted
    boards = [port for port in ports if port.vid in VENDORS]
    if len(boards) == 1:
        return boards[0].device
    if boards:
        listing = "\n".join(f"  {describe(port)}" for port in boards)
        raise UserError(
            f"{len(boards)} boards are connected:\n{listing}",
            f"Choose one, for example --port {boards[0].device}.",
        )
    others = ", ".join(describe(port) for port in ports)
    raise UserError(
        f"no board found; other serial ports: {others}" if others else "no board found", _NO_BOARD
    )


def _group_of(port: str) -> str:
    """The group that may use a port; `dialout` where that cannot be told."""
    try:
        return Path(port).group()
    except (OSError, KeyError, NotImplementedError):
        return "dialout"


def _number(error: BaseException) -> int | None:
    """The errno behind a serial error: pyserial often keeps it in its text only."""
    if isinstance(error, OSError) and error.errno:
        return error.errno
    text = str(error)
    for number in (errno.ENOENT, errno.EACCES, errno.EBUSY, errno.EIO):
        if f"Errno {number}]" in text or os.strerror(number) in text:
            return number
    return errno.EBUSY if "lock" in text else None


def explain(port: str, error: BaseException) -> UserError:
    """Why a port or the board on it does not answer, as an error with the way out."""
    number = _number(error)
    if number == errno.ENOENT:
        return UserError(f"there is no port {port}", _NO_BOARD)
    if number in (errno.EACCES, errno.EPERM):
        group = _group_of(port)
        return UserError(
            f"you may not open {port}",
            f"Join its group, then log in again: sudo usermod -aG {group} $USER",
        )
    if number in (errno.EBUSY, errno.EAGAIN):
        return UserError(
            f"{port} is in use by another program",
            "Close the terminal, editor or monitor that has it open.",
        )
    if number == errno.EIO:
        return UserError(f"{port} went away", "Plug the board in again, without a hub if you can.")
    return UserError(
        f"the board on {port} does not answer: {error}",
        "Hold its BOOT button while the command starts; try another cable or USB port.",
    )
