"""Which operators and kernels a set of models uses; what else the interpreter has may stay away.

Run as a process of its own, for it watches modules being imported:

    python -m harken_toolchain.image.used MODEL.tflite ...
"""

import ast
import functools
import json
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from harken_toolchain.errors import UserError

_TFLITE = "harken/tflite"
_SETS = ("portable", "viper", "lx6")
_CODE = re.compile(r'load\("(\w+)"\)')


class Used(NamedTuple):
    """Names of modules in `ops` and of families in every set of `kernels`."""

    ops: frozenset[str]
    families: frozenset[str]


def by(models: dict[str, bytes]) -> Used:
    """What the models use, seen while the device interpreter lays them out.

    Raises:
        UserError: a model does not run.
    """
    return _watch(tuple(models.values()))


@functools.cache
def _watch(models: tuple[bytes, ...]) -> Used:
    with TemporaryDirectory() as folder:
        files = []
        for number, data in enumerate(models):
            files.append(Path(folder) / f"{number}.tflite")
            files[-1].write_bytes(data)
        argv = [sys.executable, "-m", "harken_toolchain.image.used", *map(str, files)]
        done = subprocess.run(argv, capture_output=True, text=True)
    if done.returncode:
        raise UserError(f"a model does not run on a board: {done.stderr.strip().splitlines()[-1]}")
    said = json.loads(done.stdout)
    return Used(frozenset(said["ops"]), frozenset(said["families"]))


def _main(files: list[str]) -> None:
    from harken.tflite import Interpreter, kernels

    families = set()
    find = kernels.find

    def watched(kernel_set: str, family: str, name: str) -> object:
        families.add(family)
        return find(kernel_set, family, name)

    kernels.find = watched
    for file in files:
        Interpreter(file, kernels="portable").allocate_tensors()
    start = "harken.tflite.ops."
    ops = sorted(name[len(start) :] for name in sys.modules if name.startswith(start))
    print(json.dumps({"ops": ops, "families": sorted(families)}))


def _near(file: Path) -> set[Path]:
    """The modules that a file imports relatively, and the machine code that it loads."""
    text = file.read_text(encoding="utf-8")
    found = {file.parent / f"code_{name}.mpy" for name in _CODE.findall(text)}
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = file.parents[node.level - 1]
        whole = base.joinpath(*(node.module or "").split(".")) if node.module else base
        found.add(whole.with_suffix(".py"))
        found |= {whole / f"{name.name}.py" for name in node.names}
    return {path for path in found if path.is_file()}


def unused(firmware: Path, what: Used) -> set[str]:
    """Paths under `firmware` of operator and kernel modules that nothing needs."""
    root = firmware / _TFLITE
    optional = {
        path
        for folder in ("ops", *(f"kernels/{name}" for name in _SETS))
        for path in (root / folder).glob("*.*py")
        if path.stem != "__init__"
    }
    wanted = {root / "ops" / f"{name}.py" for name in what.ops}
    # Machine code multiplies many rows by a convolution.
    families = what.families | ({"conv"} if what.families & {"dense", "matmul"} else set())
    wanted |= {root / "kernels" / name / f"{family}.py" for name in _SETS for family in families}
    # The self-test of machine code compares it with the portable kernels.
    wanted |= set((root / "kernels/lx6").glob("selftest.py")) | {root / "kernels/lx6/cases.py"}
    wanted |= {root / "kernels/portable" / "fixed.py"}
    wanted |= {root / "kernels" / "lx6" / "chip.py"}
    open_ = [path for path in wanted if path.is_file()]
    known = set(open_)
    while open_:
        file = open_.pop()
        if file.suffix == ".py":
            new = _near(file) - known
            known |= new
            open_ += new
    return {path.relative_to(firmware).as_posix() for path in optional - known}


if __name__ == "__main__":
    _main(sys.argv[1:])
