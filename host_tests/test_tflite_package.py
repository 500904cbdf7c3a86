"""`harken.tflite` on its own feet: it needs nothing else of Harken and installs alone."""

import ast
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from harken_toolchain import paths
from harken_toolchain.engine import package, seeds

FOLDER = paths.repository() / "firmware" / "harken" / "tflite"
MODULES = {"array", "esp", "esp32", "gc", "machine", "micropython", "operator", "os", "struct"}
MODULES |= {"sys", "time", "json", "math", "binascii"}


def sources():
    return sorted(path for path in FOLDER.rglob("*.py") if "__pycache__" not in path.parts)


def imported(path):
    """(level, name) of every import in a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield node.level, node.module or ""


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(FOLDER)))
def test_nothing_outside_is_imported(path):
    depth = len(path.relative_to(FOLDER).parts)
    for level, name in imported(path):
        assert level <= depth, f"import of {'.' * level}{name} leaves the package"
        assert level or name in MODULES, f"import of {name}"


def test_the_package_lists_its_files():
    wanted = (FOLDER / "package.json").read_text()
    assert package.text() == wanted, "run python -m harken_toolchain.engine.package"


def example():
    return re.search(r"```python\n(.*?)```", (FOLDER / "README.md").read_text(), re.S)[1]


@pytest.mark.micropython
def test_the_example_runs_from_an_installation_of_its_own(runtime, tmp_path):
    listed = json.loads((FOLDER / "package.json").read_text())
    for target, source in listed["urls"]:
        (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(FOLDER / source, tmp_path / target)
    model = seeds.models()["text"]
    (tmp_path / "model.tflite").write_bytes(model)
    (tmp_path / "main.py").write_text(example().replace("[0] * 60", "[0] * 15"))
    argv = [*runtime, "-X", "heapsize=128k", "main.py"]
    made = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr
    assert len(json.loads(made.stdout)) == 3


def test_the_example_is_ten_lines():
    lines = [line for line in example().split("\n") if line.strip()]
    assert len(lines) <= 10


def test_the_readme_names_every_operator():
    from harken.tflite import registry

    text = Path(FOLDER / "README.md").read_text()
    assert [name for name in registry.supported() if name not in text] == []
