"""The 32-bit MicroPython: found, fetched, run."""

from pathlib import Path

import pytest
from harken_toolchain import micropython
from harken_toolchain.errors import UserError
from harken_toolchain.runtime import install


@pytest.mark.micropython
def test_runtime_is_a_board_in_word_size_and_heap(runtime: list[str]):
    script = "import sys, gc; print(sys.maxsize, gc.mem_alloc() + gc.mem_free())"
    word, heap = map(int, micropython.run_script(script).split())
    assert word == 2**31 - 1
    assert 120 * 1024 < heap <= 128 * 1024


@pytest.mark.micropython
def test_failing_script_tells_its_traceback(runtime: list[str]):
    with pytest.raises(micropython.ScriptError, match="ZeroDivisionError"):
        micropython.run_script("1 / 0")


@pytest.mark.micropython
def test_endless_script_is_stopped(runtime: list[str]):
    with pytest.raises(micropython.ScriptError, match="more than 1 s"):
        micropython.run_script("while True:\n    pass", timeout=1)


def test_variable_that_names_no_micropython_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HARKEN_MICROPYTHON", "/bin/true")
    with pytest.raises(UserError, match="does not start as MicroPython"):
        micropython.find()


def test_absence_says_what_to_do(own_cache: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("HARKEN_MICROPYTHON", raising=False)
    monkeypatch.setenv("PATH", "")
    assert micropython.find() is None
    with pytest.raises(UserError) as caught:
        micropython.require()
    assert "harken runtime install" in caught.value.hint


def test_every_package_is_pinned():
    names = install.pins()["package"]
    assert names[0]["name"] == "micropython"
    assert not names[0]["follows"]
    assert all(len(package["sha256"]) == 64 for package in names)


def test_a_changed_package_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fetched(root: Path, arguments: list[str], check: bool = True) -> int:
        (root / "micropython_1_i386.deb").write_bytes(b"something else")
        return 0

    monkeypatch.setattr(install, "_apt", fetched)
    with pytest.raises(UserError, match="micropython .* sha256 is"):
        install._download(tmp_path, install.pins()["package"][0])


def test_a_missing_pinned_package_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(install, "_apt", lambda root, arguments, check=True: 100)
    with pytest.raises(UserError, match="do not offer micropython"):
        install._download(tmp_path, install.pins()["package"][0])


def test_without_package_tools_the_other_way_is_named(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UserError, match="no apt-get") as caught:
        install.install()
    assert "HARKEN_MICROPYTHON" in caught.value.hint


def test_sources_are_copied_for_the_other_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(install, "_codename", lambda: "nosuchrelease")
    with pytest.raises(UserError, match="no package source for release 'nosuchrelease'"):
        install._copy_sources(tmp_path, "trixie")
