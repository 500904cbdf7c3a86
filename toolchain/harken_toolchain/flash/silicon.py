"""The chip behind a serial port. The only module that uses esptool on hardware."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from harken_toolchain.boards import SECTOR
from harken_toolchain.errors import UserError
from harken_toolchain.flash import ports

#: Told (bytes done, bytes in all).
Advance = Callable[[int, int], None]


class Chip(Protocol):
    """What flashing needs of a chip; addresses and sizes in bytes."""

    family: str
    flash_bytes: int

    def read(self, address: int, size: int) -> bytes: ...

    def write(self, address: int, data: bytes, advance: Advance) -> None: ...

    def verify(self, address: int, data: bytes) -> None:
        """Raises when flash holds something else."""
        ...

    def erase(self, address: int, size: int) -> None: ...

    def reset(self) -> None: ...


class _Listener:
    """Where esptool's progress goes."""

    def __init__(self) -> None:
        self.advance: Advance = lambda done, total: None


@contextmanager
def _quietened(listener: _Listener) -> Iterator[None]:
    """Sends esptool's progress to `listener` and its other messages nowhere, for a while."""
    from esp_pylib.logger import EspLog, EspLogBase

    def drop(self: object, *_: Any, **__: Any) -> None: ...

    def progress_bar(self: object, cur_iter: int, total_iters: int, *_: Any, **__: Any) -> None:
        listener.advance(cur_iter, total_iters)

    names = {*EspLogBase.__abstractmethods__, "stage", "warning", "error"}
    methods = dict.fromkeys(names, drop) | {"progress_bar": progress_bar}
    before, EspLog.instance = EspLog.instance, type("Quiet", (EspLogBase,), methods)()
    try:
        yield
    finally:
        EspLog.instance = before


class EsptoolChip:
    """A connected chip with esptool's stub running."""

    def __init__(self, loader: Any, listener: _Listener):
        import esptool

        self._esptool = esptool
        self._listener = listener
        self._loader = loader
        self.family: str = loader.CHIP_NAME
        size = esptool.detect_flash_size(loader) or "0KB"
        self.flash_bytes = int(size[:-2]) << {"KB": 10, "MB": 20}[size[-2:]]

    def read(self, address: int, size: int) -> bytes:
        return self._esptool.read_flash(self._loader, address, size, no_progress=True) or b""

    def write(self, address: int, data: bytes, advance: Advance) -> None:
        self._listener.advance = advance
        padded = data + b"\xff" * (-len(data) % SECTOR)
        self._esptool.write_flash(self._loader, [(address, padded)])

    def verify(self, address: int, data: bytes) -> None:
        self._esptool.verify_flash(self._loader, [(address, data)])

    def erase(self, address: int, size: int) -> None:
        self._esptool.erase_region(self._loader, address, size)

    def reset(self) -> None:
        self._esptool.reset_chip(self._loader, "hard-reset")


@contextmanager
def connected(port: str, baud: int) -> Iterator[Chip]:
    """The chip on a port, its port closed again at the end.

    Raises:
        UserError: the port does not open or no chip answers.
    """
    listener = _Listener()
    with _quietened(listener):
        yield from _connected(port, baud, listener)


def _connected(port: str, baud: int, listener: _Listener) -> Iterator[Chip]:
    import esptool
    from serial import SerialException

    try:
        loader = esptool.run_stub(esptool.detect_chip(port))
        esptool.attach_flash(loader)
        loader.change_baud(baud)
        chip = EsptoolChip(loader, listener)
    except (esptool.FatalError, SerialException, OSError) as error:
        raise ports.explain(port, error) from error
    try:
        yield chip
    except esptool.FatalError as error:
        raise UserError(
            f"writing to the board failed: {error}", "Try again, slower: --baud 115200."
        ) from error
    finally:
        loader._port.close()
