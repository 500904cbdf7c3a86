"""The thin layer over esptool: the calls fit the signatures of the esptool that is installed."""

from types import SimpleNamespace
from unittest import mock

import esptool
import pytest
from harken_toolchain.errors import UserError
from harken_toolchain.flash import silicon


@pytest.fixture
def calls(monkeypatch):
    """esptool's functions replaced by mocks that insist on its signatures."""
    made = {}
    names = ("detect_chip", "run_stub", "attach_flash", "detect_flash_size", "read_flash")
    for name in (*names, "write_flash", "verify_flash", "erase_region", "reset_chip"):
        made[name] = mock.create_autospec(getattr(esptool, name))
        monkeypatch.setattr(esptool, name, made[name])
    loader = SimpleNamespace(CHIP_NAME="ESP32", change_baud=mock.Mock(), _port=mock.Mock())
    made["run_stub"].return_value = loader
    made["detect_flash_size"].return_value = "4MB"
    made["read_flash"].return_value = b"data"
    made["loader"] = loader
    return made


def test_a_chip_is_connected_read_written_and_let_go(calls):
    with silicon.connected("/dev/ttyUSB0", 460800) as chip:
        assert (chip.family, chip.flash_bytes) == ("ESP32", 4 << 20)
        assert chip.read(0x8000, 4) == b"data"
        chip.write(0x10000, b"abc", lambda done, total: None)
        chip.verify(0x10000, b"abc")
        chip.erase(0x9000, 0x6000)
        chip.reset()
    loader = calls["loader"]
    loader.change_baud.assert_called_once_with(460800)
    loader._port.close.assert_called_once()
    (_, ((address, data),)), _ = calls["write_flash"].call_args
    assert address == 0x10000 and data == b"abc" + b"\xff" * 4093
    calls["erase_region"].assert_called_once_with(loader, 0x9000, 0x6000)
    calls["reset_chip"].assert_called_once_with(loader, "hard-reset")


def test_esptools_progress_reaches_the_caller(calls):
    def write(loader, pieces, **_):
        from esptool.logger import log

        log.progress_bar(cur_iter=7, total_iters=9)

    calls["write_flash"].side_effect = write
    told = []
    with silicon.connected("/dev/ttyUSB0", 115200) as chip:
        chip.write(0, b"x", lambda done, total: told.append((done, total)))
    assert told == [(7, 9)]


def test_small_flash_chips_are_understood(calls):
    calls["detect_flash_size"].return_value = "512KB"
    with silicon.connected("/dev/ttyUSB0", 115200) as chip:
        assert chip.flash_bytes == 512 * 1024


def test_a_failure_while_writing_is_explained_and_the_port_closed(calls):
    calls["write_flash"].side_effect = esptool.FatalError("Corrupt data")
    connection = silicon.connected("/dev/ttyUSB0", 115200)
    said = "writing to the board failed: Corrupt data"
    with pytest.raises(UserError, match=said), connection as chip:
        chip.write(0, b"x", lambda done, total: None)
    calls["loader"]._port.close.assert_called_once()


def test_no_answer_tells_of_the_boot_button(calls):
    calls["detect_chip"].side_effect = esptool.FatalError("No serial data received.")
    connection = silicon.connected("/dev/ttyUSB0", 115200)
    with pytest.raises(UserError) as caught, connection:
        pass
    assert "BOOT" in caught.value.hint
