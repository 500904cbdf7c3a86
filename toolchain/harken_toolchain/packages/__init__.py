"""Lists of files for `mip` and for ESP Web Tools, written from what the checkout holds."""

import ast
import json
import tomllib
from pathlib import Path
from typing import Any

import harken

from harken_toolchain import boards
from harken_toolchain.image import choose

#: Never on a board.
_SKIPPED = (".md", ".json", ".pyc", ".typed")
#: Of the two-slot loader; an installation by mip has one copy only.
_NOT_FOR_MIP = tuple(f"harken/update/{name}.py" for name in ("main", "agent", "loader"))


def _modules(source: Path) -> set[str]:
    """The modules of Harken that a file imports anywhere, lazily too."""
    found = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return {name for name in found if name.split(".")[0] == "harken"}


def _files_of(module: str, firmware: Path) -> list[Path]:
    """The file of a module and the `__init__` of every package above it."""
    parts = module.split(".")
    above = [firmware.joinpath(*parts[:n], "__init__.py") for n in range(1, len(parts) + 1)]
    return [
        path for path in [*above, firmware.joinpath(*parts).with_suffix(".py")] if path.is_file()
    ]


def _closure(files: set[Path], firmware: Path, without: list[str]) -> set[Path]:
    """`files` and every module of Harken that they need."""
    known, open_ = set(files), list(files)
    while open_:
        file = open_.pop()
        if file.suffix != ".py":
            continue
        for module in _modules(file):
            if any(module == name or module.startswith(name + ".") for name in without):
                continue
            new = set(_files_of(module, firmware)) - known
            known |= new
            open_ += new
    return known


def _whole(folder: Path) -> set[Path]:
    return {
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in _SKIPPED and "__pycache__" not in path.parts
    }


def package(root: Path, said: dict[str, Any]) -> dict[str, Any]:
    """The content of one package list; urls are relative to where it is written."""
    firmware, base = root / "firmware", (root / said["path"]).parent
    files: set[Path] = set()
    for folder in said["folders"]:
        files |= _whole(firmware / folder)
    files = _closure(files, firmware, said["without"])
    urls = {
        path.relative_to(firmware).as_posix(): path.relative_to(base).as_posix()
        for path in files
        if path.relative_to(firmware).as_posix() not in _NOT_FOR_MIP
    }
    urls |= {
        target: (root / source).relative_to(base).as_posix()
        for source, target in said["place"].items()
    }
    if said["models"]:
        urls |= _models(root, base)
    return {"urls": sorted(map(list, urls.items())), "deps": [], "version": harken.__version__}


def _models(root: Path, base: Path) -> dict[str, str]:
    """The models of the default board's image."""
    there = choose.released(root / "models")
    return {
        f"../models/{name}.tflite": there[name].relative_to(base).as_posix()
        for name in choose.models(root, boards.default())
    }


def web_manifest(board: boards.Board) -> dict[str, Any]:
    """An ESP Web Tools manifest that installs a board's image."""
    part = {"path": f"harken-{board.name}.bin", "offset": board.flash.image_offset}
    return {
        "name": f"Harken for {board.title}",
        "version": harken.__version__,
        "new_install_prompt_erase": True,
        "builds": [{"chipFamily": board.chip_family, "parts": [part]}],
    }


def definitions() -> dict[str, Any]:
    """The packages by name, as packages.toml describes them."""
    return tomllib.loads(Path(__file__).with_name("packages.toml").read_text(encoding="utf-8"))


def lists(root: Path) -> dict[Path, str]:
    """The text of every list that the repository holds, by its path."""
    content: dict[Path, Any] = {
        root / said["path"]: package(root, said) for said in definitions().values()
    }
    for name in boards.names():
        content[root / "web" / "manifest" / f"{name}.json"] = web_manifest(boards.load(name))
    return {path: _text(data) for path, data in content.items()}


def _text(data: dict[str, Any]) -> str:
    """JSON with one file on each line."""
    urls = data.get("urls")
    if urls is None:
        return json.dumps(data, indent=2) + "\n"
    listed = ",\n".join(f"    {json.dumps(url)}" for url in urls)
    rest = json.dumps({key: value for key, value in data.items() if key != "urls"})
    return f'{{\n  "urls": [\n{listed}\n  ],\n  {rest[1:-1]}\n}}\n'
