"""Tests on a board that runs Harken: `pytest --port /dev/ttyUSB0`; without it, not collected."""

import pytest
from harken_toolchain.flash import ports, talk
from harken_toolchain.update import transport

#: Makes the running copy of the application importable at the raw REPL.
_MOUNT = """
import loader, slots
slots.running = loader.read_state().get("slot") or "a"
loader.mount(slots.running)
"""


def pytest_ignore_collect(collection_path, config):
    """Leaves this folder out when no port is given."""
    return True if not config.getoption("--port", None) else None


def pytest_collection_modifyitems(items):
    for item in items:
        if "host_tests/board" in str(item.path):
            item.add_marker(pytest.mark.board)


@pytest.fixture(scope="session")
def device(request):
    """The serial port of the board."""
    return ports.choose(request.config.getoption("--port"), ports.listed())


@pytest.fixture(scope="module")
def board(device):
    """The board at its raw REPL, with the application importable; it restarts at the end."""
    with transport.connected(device) as board:
        board.exec(_MOUNT)
        yield board
        board.reset()


@pytest.fixture
def console(device):
    """A function that asks the running application for a method of its console."""
    import serial

    with serial.Serial(device, 115200, timeout=1) as line:
        yield lambda method, **params: talk.ask(line, method, 40, **params)
