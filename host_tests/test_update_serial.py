"""`harken update` over mpremote's own transport, to a raw REPL that MicroPython serves."""

import json
import os
import subprocess
import threading
import tty
from pathlib import Path

import pytest
from harken.update import slots
from harken_toolchain import boards
from harken_toolchain.errors import UserError
from harken_toolchain.image import release
from harken_toolchain.paths import repository
from harken_toolchain.update import transport, update
from harken_toolchain.update.upload import upload
from small_models import dense

SERVER = Path(__file__).parent / "raw_repl.py"
STANDINS = repository() / "toolchain/harken_toolchain/sim/standins"
AGENT = repository() / "firmware/harken/update/agent.py"
BOARD = boards.default()
OLD = {"small": dense()}


@pytest.fixture(scope="module")
def old():
    return release.make(BOARD, OLD, repository())


@pytest.fixture
def state(tmp_path, old):
    """The flash of a board that runs the old release."""
    areas = {"app_a": old.app, "app_b": b"", "models": old.models}
    for name, data in areas.items():
        content = data.ljust(BOARD.partition(name).size, b"\xff")
        (tmp_path / f"{name}.partition").write_bytes(content)
    (tmp_path / "slot_a.json").write_bytes(old.manifest)
    (tmp_path / "boot.json").write_text('{"slot": "a"}')
    return tmp_path


@pytest.fixture
def port(state, runtime):
    """A pseudo terminal with the board behind it."""
    near, far = os.openpty()
    tty.setraw(far)
    folders = map(str, (state, Path(slots.__file__).parent, STANDINS))
    server = subprocess.Popen(
        [*runtime, "-X", "heapsize=128k", str(SERVER), *folders],
        stdin=near,
        stdout=near,
    )
    # A server that ends hangs up, so that nothing waits for it.
    ended = threading.Thread(target=lambda: (server.wait(), os.close(near)))
    ended.start()
    yield os.ttyname(far)
    server.kill()
    ended.join()
    os.close(far)


@pytest.mark.micropython
def test_models_alone_are_sent_and_the_application_is_copied(port, state, old):
    new = release.make(BOARD, OLD | {"second": OLD["small"]}, repository())
    said = []
    with transport.connected(port) as board:
        outcome = update(board, new, AGENT, lambda *step: said.append(step))
        board.reset()
    assert outcome.slot == "b"
    assert outcome.sent == -(-len(new.models) // 4096)
    assert outcome.cloned == len(new.app) // 4096
    assert said[-1][0] == said[-1][1] == outcome.sent + outcome.cloned
    assert json.loads((state / "boot.json").read_text())["trial"] == "b"
    half = (state / "models.partition").read_bytes()[BOARD.partition("models").size // 2 :]
    assert half.startswith(new.models)
    app = (state / "app_b.partition").read_bytes()
    assert app.startswith(old.app)


@pytest.mark.micropython
def test_a_release_for_another_board_is_refused(port):
    other = release.make(boards.load("esp32_cam"), OLD, repository())
    connection = transport.connected(port)
    said = "Harken for esp32_wroom32, this update is for esp32_cam"
    with pytest.raises(UserError, match=said), connection as board:
        update(board, other, AGENT, lambda *_: None)


@pytest.mark.micropython
def test_a_board_without_the_loader_is_told_to_be_flashed(port, state, old):
    connection = transport.connected(port)
    with pytest.raises(UserError, match="no Harken with two copies"), connection as board:
        board.exec("import sys;sys.path[:] = []")
        update(board, old, AGENT, lambda *_: None)


def test_a_port_that_is_not_there_is_explained():
    connection = transport.connected("/dev/ttyHARKEN")
    with pytest.raises(UserError, match="there is no port /dev/ttyHARKEN"), connection:
        pass


@pytest.mark.micropython
def test_a_file_is_uploaded_whole_and_compared(port, tmp_path):
    data = bytes(range(256)) * 9 + b"end"
    target = f"{tmp_path}/deep/er/file.bin"
    done = []
    with transport.connected(port) as board:
        upload(board, data, target, done.append)
    assert Path(target).read_bytes() == data
    assert done[-1] == len(data)
    assert [path.name for path in Path(target).parent.iterdir()] == ["file.bin"]


@pytest.mark.micropython
def test_a_file_that_does_not_fit_is_refused(port, tmp_path, monkeypatch):
    monkeypatch.setattr("harken_toolchain.update.upload.free", lambda board: 20_000)
    connection = transport.connected(port)
    with pytest.raises(UserError, match="room for 7712"), connection as board:
        upload(board, bytes(9000), f"{tmp_path}/file.bin", lambda done: None)
    assert not (tmp_path / "file.bin").exists()
