"""The loader: which copy starts, how a trial ends, what is left when files are damaged."""

import hashlib
import json
import shutil

import pytest
from harken.update import loader, slots
from harken_toolchain import micropython

DATA = {"a": (b"old app" * 999, b"old models" * 99), "b": (b"new app" * 888, b"new models" * 88)}


@pytest.fixture
def root(tmp_path):
    """A board with two whole copies kept as files, a running."""
    for slot, (app, models) in DATA.items():
        (tmp_path / f"app_{slot}.bin").write_bytes(app)
        (tmp_path / f"models_{slot}.bin").write_bytes(models)
        said = {"version": slot}
        for kind, data in (("app", app), ("models", models)):
            said[kind] = [len(data), hashlib.sha256(data).hexdigest()]
        (tmp_path / f"slot_{slot}.json").write_text(json.dumps(said))
    (tmp_path / "boot.json").write_text('{"slot": "a"}')
    return f"{tmp_path}/"


def set_state(root, **state):
    loader.write_state(state, root)


def test_the_named_copy_starts_without_a_trial(root):
    assert loader.choose(root) == ("a", False)
    set_state(root, slot="b")
    assert loader.choose(root) == ("b", False)


def test_a_trial_ends_after_three_starts_that_nobody_confirmed(root):
    set_state(root, slot="a", trial="b", left=loader.TRIES)
    starts = [loader.choose(root) for _ in range(5)]
    assert starts == [("b", True)] * 3 + [("a", False)] * 2
    assert loader.read_state(root) == {"slot": "a", "failed": "b"}


def test_a_confirmed_trial_stays(root, monkeypatch):
    set_state(root, slot="a", trial="b", left=loader.TRIES)
    slot, trial = loader.choose(root)
    for name, value in (("running", slot), ("on_trial", trial), ("root", root)):
        monkeypatch.setattr(slots, name, value)
    slots.confirm()
    assert [loader.choose(root) for _ in range(5)] == [("b", False)] * 5
    slots.confirm()  # a second time does nothing
    assert loader.read_state(root) == {"slot": "b"}


def damage(root, name, at=10):
    path = f"{root}{name}"
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))


@pytest.mark.parametrize("name", ["app_b.bin", "models_b.bin"])
def test_a_trial_copy_with_one_flipped_bit_is_never_started(root, name):
    damage(root, name, 500)
    set_state(root, slot="a", trial="b", left=loader.TRIES)
    assert loader.choose(root) == ("a", False)


def test_a_trial_copy_without_its_manifest_is_never_started(root, tmp_path):
    (tmp_path / "slot_b.json").unlink()
    set_state(root, slot="a", trial="b", left=loader.TRIES)
    assert loader.choose(root) == ("a", False)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"slot": 5}', '{"slot": "c"}', '{"trial": "b", "left": "x"}', "\x00"],
)
def test_a_damaged_state_still_starts_a_whole_copy(root, tmp_path, text):
    (tmp_path / "boot.json").write_text(text)
    slot, trial = loader.choose(root)
    assert loader.intact(slot, root) and not trial


def test_without_a_state_a_damaged_copy_is_passed_over(root, tmp_path):
    (tmp_path / "boot.json").unlink()
    damage(root, "app_a.bin")
    assert loader.choose(root) == ("b", False)
    damage(root, "models_b.bin")
    assert loader.choose(root) == (None, False)


def test_no_whole_copy_is_said_plainly(root, tmp_path):
    for slot in "ab":
        (tmp_path / f"slot_{slot}.json").unlink()
    with pytest.raises(OSError, match="flash the board again"):
        loader.prepare(root)


CRASHING = """
import sys
sys.path.insert(0, {folder!r})
import loader, slots
class Machine:
    def reset(self):
        print("reset")
        raise SystemExit
sys.modules["machine"] = Machine()
def mount(slot, root):
    sys.path.insert(0, root + "code_" + slot)
loader.mount = mount
loader.prepare({root!r})
slots.run()
"""


@pytest.mark.micropython
def test_a_copy_that_fails_at_every_start_is_rolled_back(root, tmp_path, runtime):
    for slot, text in (("a", "print('old runs')"), ("b", "print('new fails')\n1/0")):
        (tmp_path / f"code_{slot}").mkdir()
        (tmp_path / f"code_{slot}" / "main.py").write_text(text)
    set_state(root, slot="a", trial="b", left=loader.TRIES)
    folder = tmp_path / "root"
    folder.mkdir()
    for module in (slots, loader):
        shutil.copy(module.__file__, folder)
    script = CRASHING.format(folder=str(folder), root=root)
    printed = [micropython.run_script(script).split("\n") for _ in range(4)]
    for start in printed[:3]:
        assert start[0] == "new fails" and "reset" in start
    assert printed[3][0] == "old runs"
