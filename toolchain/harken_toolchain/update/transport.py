"""A board's raw REPL through mpremote. The only module that uses mpremote."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from harken_toolchain.errors import UserError
from harken_toolchain.flash import ports

BAUD = 115200
#: The longest a board may take for one command, in seconds.
_TIMEOUT = 20


class SerialBoard:
    """Runs Python on a board whose application has been stopped."""

    def __init__(self, device: str):
        from mpremote.transport_serial import SerialTransport

        self._transport = SerialTransport(device, baudrate=BAUD, timeout=_TIMEOUT)
        self._transport.enter_raw_repl(soft_reset=True)

    def exec(self, code: str) -> str:
        return self._transport.exec(code).decode("utf-8", "replace")

    def reset(self) -> None:
        """Starts the board anew, as its reset button does."""
        from mpremote.transport import TransportError
        from serial import SerialException

        # A board that starts anew may not answer any more.
        with suppress(TransportError, SerialException, OSError):
            self._transport.exec_raw_no_follow("import machine;machine.reset()")

    def close(self) -> None:
        # The board may have been unplugged.
        with suppress(OSError):
            self._transport.close()


def _missing_loader(text: str) -> bool:
    return "ImportError" in text and ("slots" in text or "loader" in text)


def _cause(device: str) -> Exception | None:
    """Why a port does not open; mpremote keeps that to itself."""
    import serial

    try:
        serial.Serial(device, BAUD).close()
    except (serial.SerialException, OSError) as error:
        return error
    return None


@contextmanager
def connected(device: str) -> Iterator[SerialBoard]:
    """A board at its raw REPL; the port is closed again at the end.

    Raises:
        UserError: the port does not open, the board does not answer, or it lacks the loader.
    """
    from mpremote.transport import TransportError, TransportExecError
    from serial import SerialException

    try:
        board = SerialBoard(device)
    except (TransportError, SerialException, OSError) as error:
        raise ports.explain(device, _cause(device) or error) from error
    try:
        yield board
    except TransportExecError as error:
        text = str(error)
        if _missing_loader(text):
            raise UserError(
                "the board has no Harken with two copies", "Install it first: 'harken flash'."
            ) from error
        raise UserError(f"the board reports: {text.strip().splitlines()[-1]}") from error
    except (TransportError, SerialException, OSError) as error:
        raise UserError(
            f"the connection broke: {error}",
            "The board keeps its old version. Run the command again.",
        ) from error
    finally:
        board.close()
