"""Finding the board's port, and what is said when it does not open."""

import errno
from types import SimpleNamespace

import pytest
from harken_toolchain.errors import UserError
from harken_toolchain.flash import ports, talk


def port(device, vid=None, description="n/a"):
    return SimpleNamespace(device=device, vid=vid, description=description)


MODEM = port("/dev/ttyS0")
CP2102 = port("/dev/ttyUSB0", 0x10C4, "CP2102 USB to UART Bridge Controller")
CH340 = port("/dev/ttyUSB1", 0x1A86, "USB Serial")


def test_the_only_board_is_taken():
    assert ports.choose("auto", [MODEM, CP2102]) == "/dev/ttyUSB0"


def test_a_named_port_is_taken_as_it_is():
    assert ports.choose("COM7", []) == "COM7"


def test_several_boards_are_listed_with_their_usb_names():
    with pytest.raises(UserError) as caught:
        ports.choose("auto", [MODEM, CP2102, CH340])
    said = str(caught.value)
    assert "2 boards" in said and "CP2102 USB to UART" in said and "WCH CH340" in said
    assert "--port /dev/ttyUSB0" in caught.value.hint


def test_no_board_speaks_of_the_cable():
    with pytest.raises(UserError, match="no board found") as caught:
        ports.choose("auto", [])
    assert "power only" in caught.value.hint
    with pytest.raises(UserError, match="other serial ports: /dev/ttyS0"):
        ports.choose("auto", [MODEM])


@pytest.mark.parametrize(
    ("error", "said", "hint"),
    [
        (OSError(errno.ENOENT, "No such file or directory"), "no port", "cable"),
        (OSError(errno.EACCES, "Permission denied"), "may not open", "usermod -aG"),
        (OSError(errno.EBUSY, "Device or resource busy"), "in use", "Close"),
        (Exception("[Errno 13] Permission denied: '/dev/x'"), "may not open", "usermod -aG"),
        (Exception("Could not exclusively lock port /dev/x"), "in use", "Close"),
        (OSError(errno.EIO, "Input/output error"), "went away", "Plug"),
        (Exception("Failed to connect: No serial data received."), "does not answer", "BOOT"),
    ],
)
def test_a_port_that_does_not_open_is_explained(error, said, hint):
    explained = ports.explain("/dev/x", error)
    assert said in str(explained) and hint in explained.hint


class ScriptedLine:
    def __init__(self, *lines):
        self.lines, self.written = list(lines), []

    def write(self, data):
        self.written.append(data)

    def readline(self):
        return self.lines.pop(0) if self.lines else b""


def test_the_answer_is_found_among_other_lines():
    line = ScriptedLine(
        b"ets Jul 29 2019\r\n",
        b'{"jsonrpc": "2.0", "id": 1, "method": "hello"}\r\n',  # the board's echo
        b'{"jsonrpc": "2.0", "id": 1, "result": {"version": "9"}}\r\n',
    )
    assert talk.ask(line, "hello", 2) == {"version": "9"}
    assert b'"hello"' in line.written[0]


def test_silence_and_noise_are_told_apart():
    with pytest.raises(talk.NoAnswer, match="nothing"):
        talk.ask(ScriptedLine(), "hello", 0.05)
    with pytest.raises(talk.NoAnswer, match="Traceback"):
        talk.ask(ScriptedLine(b"Traceback (most recent call last):\n"), "hello", 0.05)
