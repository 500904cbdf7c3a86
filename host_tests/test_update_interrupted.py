"""An update cut off anywhere leaves a board that starts, the old version or the new one."""

import contextlib
import io
import json
import random
import shutil
import sys
from importlib import util
from pathlib import Path

import pytest
from harken.update import loader, slots
from harken_toolchain import micropython
from harken_toolchain.errors import UserError
from harken_toolchain.image import filesystem, models
from harken_toolchain.image.release import Release
from harken_toolchain.paths import repository
from harken_toolchain.update import update

AGENT = repository() / "firmware/harken/update/agent.py"
STANDIN = repository() / "toolchain/harken_toolchain/sim/standins/standin_esp32.py"
ROOM, HALF = 4 * 4096, 2 * 4096
OLD, NEW = "1.0.0", "2.0.0"


def release(version, size=5000, grow=True):
    """A small copy whose application prints its version; in a file it is not grown."""
    noise = random.Random(version).randbytes(size)
    files = {"main.py": f"print('runs {version}')\n".encode(), "harken/table.bin": noise}
    app, used = filesystem.make(files, ROOM, loader.APP_BLOCK, grow=grow)
    app = filesystem.trim(app)
    content = {"emotion": b"\x1c\0\0\0TFL3" + noise[:3000]}
    return Release("esp32_wroom32", version, files, content, app, used, models.pack(content, HALF))


RELEASES = {version: release(version, grow=False) for version in (OLD, NEW)}


class Died(Exception):
    """The cable was pulled."""


class SimulatedLine:
    """Runs what arrives whole, on the board's own code; dies after `limit` bytes both ways."""

    def __init__(self, root, limit=None):
        self.left, self.passed = limit, 0
        self._names = {}
        self._root = f"{root}/"

    def _pass(self, text):
        self.passed += len(text)
        if self.left is not None:
            self.left -= len(text)
            if self.left < 0:
                raise Died

    def exec(self, code):
        self._pass(code)  # the board runs a command only when its last byte has come
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(code, self._names)
            self._names["ROOT"] = self._root
        self._pass(printed.getvalue())
        return printed.getvalue()


def fill_partitions(board):
    """A board with partitions, as stand-ins over files; nothing is mounted from them here."""
    old = RELEASES[OLD]
    (board / "app_a.partition").write_bytes(old.app.ljust(ROOM, b"\xff"))
    (board / "app_b.partition").write_bytes(b"\xff" * ROOM)
    (board / "models.partition").write_bytes(old.models.ljust(2 * HALF, b"\xff"))


def fill_files(board):
    """A board without partitions: its areas are files."""
    (board / "app_a.bin").write_bytes(RELEASES[OLD].app)
    (board / "models_a.bin").write_bytes(RELEASES[OLD].models)


@pytest.fixture(params=[fill_partitions, fill_files], ids=["partitions", "files"])
def boards(request, tmp_path, monkeypatch):
    """Makes fresh boards that hold the old release."""
    monkeypatch.setitem(sys.modules, "slots", slots)
    monkeypatch.setitem(sys.modules, "loader", loader)
    spec = util.spec_from_file_location("esp32", STANDIN)
    esp32 = util.module_from_spec(spec)
    spec.loader.exec_module(esp32)
    monkeypatch.setitem(sys.modules, "esp32", esp32)
    master = tmp_path / "master"
    master.mkdir()
    request.param(master)
    (master / "slot_a.json").write_bytes(RELEASES[OLD].manifest)
    (master / "boot.json").write_text('{"slot": "a"}')
    made = []

    def fresh():
        board = tmp_path / f"board{len(made)}"
        made.append(board)
        shutil.copytree(master, board)
        esp32.FOLDER = str(board)
        return board

    return fresh


def run_update(board, limit=None):
    line = SimulatedLine(board, limit)
    outcome = None
    with contextlib.suppress(Died):
        outcome = update(line, RELEASES[NEW], AGENT, lambda *_: None)
    return line, outcome


def started(board):
    """The version that the loader starts next; its areas must be what the manifest says."""
    root = f"{board}/"
    slot, trial = loader.choose(root)
    assert slot is not None, "the board does not start"
    assert loader.intact(slot, root)
    version = loader.manifest(slot, root)["version"]
    assert trial == (version == NEW)
    return version


def test_an_update_installs_the_other_copy_and_keeps_the_old_one(boards):
    board = boards()
    line, outcome = run_update(board)
    assert outcome.slot == "b" and outcome.sent > 0
    assert started(board) == NEW
    assert loader.intact("a", f"{board}/")
    assert line.passed > len(RELEASES[NEW].app)


def test_an_update_to_what_is_there_does_nothing(boards):
    board = boards()
    line = SimulatedLine(board)
    outcome = update(line, RELEASES[OLD], AGENT, lambda *_: None)
    assert not outcome.changed and outcome.sent == 0
    assert not (board / "slot_b.json").exists()


def test_areas_that_did_not_change_are_copied_on_the_board(boards):
    board = boards()
    new = release("1.0.0", 5500)
    new = Release(
        "esp32_wroom32", "1.0.1", new.files, new.content, new.app, new.used, RELEASES[OLD].models
    )
    outcome = update(SimulatedLine(board), new, AGENT, lambda *_: None)
    assert outcome.cloned == -(-len(new.models) // 4096)
    assert loader.intact("b", f"{board}/")


def cuts(boards):
    """A coarse grid over the whole update and 500 random places, in bytes."""
    whole = run_update(boards())[0].passed
    chance = random.Random(7)
    grid = range(0, whole + 1024, 1024)
    return whole, sorted({*grid, *(chance.randrange(whole + 1) for _ in range(500))})


def test_a_line_that_dies_after_any_number_of_bytes_leaves_a_board_that_starts(boards):
    whole, places = cuts(boards)
    seen = {}
    for limit in places:
        board = boards()
        run_update(board, limit)
        seen[limit] = started(board)
        shutil.rmtree(board)
    assert len(places) > 500
    assert seen[0] == OLD and seen[max(places)] == NEW
    # Once new, always new: there is one moment of change.
    order = [seen[limit] for limit in places]
    assert order == sorted(order)


def test_an_interrupted_update_can_be_repeated(boards):
    board = boards()
    for limit in (4000, 9000, 12000):
        run_update(board, limit)
        assert started(board) == OLD
    run_update(board)
    assert started(board) == NEW


def test_what_arrives_damaged_is_not_installed(boards):
    class NoisyLine(SimulatedLine):
        def exec(self, code):
            head, found, text = code.partition("put('app', 'b', 1, '")
            if found:
                text = ("B" if text[0] == "A" else "A") + text[1:]
            return super().exec(head + found + text)

    board = boards()
    with pytest.raises(UserError, match="not what was sent"):
        update(NoisyLine(board), RELEASES[NEW], AGENT, lambda *_: None)
    assert started(board) == OLD


def test_a_board_without_a_whole_copy_is_told_to_be_flashed(boards):
    board = boards()
    (board / "slot_a.json").unlink()
    with pytest.raises(UserError, match="no whole copy"):
        update(SimulatedLine(board), RELEASES[NEW], AGENT, lambda *_: None)


START = """
import os, sys, vfs
sys.path.insert(0, {folder!r})
import loader, slots
class Machine:
    def reset(self):
        print("reset")
sys.modules["machine"] = Machine()
for root in {roots!r}:
    loader.prepare(root)
    slots.run()
    slots.confirm()
    vfs.umount("/app")
    sys.path.pop(0)
    del sys.modules["main"]
"""


@pytest.mark.micropython
def test_the_loader_really_starts_what_is_left(boards, request, runtime):
    if "files" not in request.node.name:
        pytest.skip("MicroPython sees the areas as files here")
    whole, places = cuts(boards)
    chosen = [*places[:: len(places) // 24], whole]
    roots, expected = [], []
    for limit in chosen:
        board = boards()
        run_update(board, limit)
        state = json.loads((board / "boot.json").read_text())
        expected.append(f"runs {NEW if state.get('trial') else OLD}")
        roots.append(f"{board}/")
    folder = str(Path(slots.__file__).parent)
    printed = micropython.run_script(START.format(folder=folder, roots=roots))
    assert printed.split("\n")[:-1] == expected
    assert set(expected) == {f"runs {OLD}", f"runs {NEW}"}
    assert json.loads((Path(roots[-1]) / "boot.json").read_text()) == {"slot": "b"}
