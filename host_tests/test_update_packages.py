"""Packages for mip: every file is there, and each package works alone in an empty folder."""

import json
from pathlib import Path

import pytest
from harken_toolchain import boards, micropython, packages
from harken_toolchain.paths import repository

ROOT = repository()
LISTS = [ROOT / said["path"] for said in packages.definitions().values()]
ALL = sorted({*LISTS, *(ROOT / "firmware").rglob("package.json")})


class FolderTransport:
    """What mpremote's mip needs of a board, on a folder."""

    def __init__(self, folder):
        self.folder = folder

    def _at(self, path):
        return self.folder / path.lstrip("/")

    def fs_exists(self, path):
        return self._at(path).exists()

    def fs_mkdir(self, path):
        self._at(path).mkdir()

    def fs_writefile(self, path, data, **_):
        self._at(path).write_bytes(data)


def install(package, folder):
    """`mpremote mip install PACKAGE`, onto a folder."""
    from mpremote import mip

    (folder / "lib").mkdir()
    mip._install_package(FolderTransport(folder), str(package), "", "/lib", None, False)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_listed_file_exists(path):
    urls = json.loads(path.read_text())["urls"]
    assert urls
    for target, url in urls:
        assert (path.parent / url).is_file(), url
        assert ".." not in url, f"{url}: no server resolves this"
        assert target.count("..") <= 1


def test_the_lists_are_what_harken_packages_writes():
    stale = [path for path, text in packages.lists(ROOT).items() if path.read_text() != text]
    assert not stale, "run 'harken packages'"


def run_alone(folder, script, heap=micropython.HEAP):
    lines = f"import os, sys\nsys.path[:] = [{str(folder / 'lib')!r}]\nos.chdir({str(folder)!r})\n"
    return micropython.run_script(lines + script, heap=heap)


@pytest.mark.micropython
def test_the_crisis_guard_works_alone(tmp_path, runtime):
    install(ROOT / "firmware/crisis.json", tmp_path)
    assert not (tmp_path / "lib/harken/tflite").exists()
    script = "from harken.crisis import Guard\nprint(Guard().look('i want to kill myself').level)"
    printed = run_alone(tmp_path, script)
    assert int(printed.split()[-1]) > 0


@pytest.mark.micropython
def test_the_whole_application_starts_from_its_package(tmp_path, runtime):
    install(ROOT / "package.json", tmp_path)
    assert (tmp_path / "main.py").read_bytes() == (ROOT / "firmware/main.py").read_bytes()
    script = "exec(open('boot.py').read())\nfrom harken.app import App\nprint(App().greeting())"
    # What stock firmware leaves free without WiFi; compiling sources takes more than an image does.
    printed = run_alone(tmp_path, script, heap="160k")
    assert "no therapist" in printed


@pytest.mark.micropython
def test_the_interpreter_alone_imports(tmp_path, runtime):
    install(ROOT / "firmware/harken/tflite/package.json", tmp_path)
    assert "Interpreter" in run_alone(
        tmp_path, "from harken.tflite import Interpreter\nprint(Interpreter)"
    )


def test_the_web_manifests_name_each_boards_chip_and_offset():
    for name in boards.names():
        board = boards.load(name)
        said = json.loads((ROOT / "web/manifest" / f"{name}.json").read_text())
        (build,) = said["builds"]
        assert build["chipFamily"] == board.chip_family
        (part,) = build["parts"]
        assert part == {"path": f"harken-{name}.bin", "offset": board.flash.image_offset}
    assert Path(ROOT / "web/manifest").is_dir()
