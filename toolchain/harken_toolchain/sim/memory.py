"""Measures the heap of the application on the simulated board, compiled as in an image."""

import re
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from harken_toolchain import micropython
from harken_toolchain.errors import UserError
from harken_toolchain.sim import compiled, flash
from harken_toolchain.sim.device import start

#: Bytes of a block of MicroPython's heap on a 32-bit machine.
_BLOCK = 16


class Step(NamedTuple):
    """The heap after one step, in bytes."""

    name: str
    used: int
    largest_block: int


def measure(heap: str) -> list[Step]:
    """Runs the application through a short conversation and gives the heap after each step.

    Args:
        heap: its size as `-X heapsize` takes it.

    Raises:
        UserError: the application did not come through.
    """
    runtime = micropython.require()
    with tempfile.TemporaryDirectory(prefix="harken-") as scratch:
        state = Path(scratch)
        flash.fill(state)
        firmware = compiled.write(state / "firmware")
        (firmware / "main.py").write_text((Path(__file__).parent / "measure_main.py").read_text())
        done = subprocess.run(
            start(runtime, state, firmware, heap), capture_output=True, text=True, timeout=120
        )
    if done.returncode or "log []" not in done.stdout:
        said = (done.stdout[-200:] + done.stderr[-400:]).strip()
        raise UserError(f"the application failed on a heap of {heap}: {said}")
    return _steps(done.stdout)


def _steps(report: str) -> list[Step]:
    found = re.findall(r"^step ([a-z ]+) (\d+)$.*?max blk sz: (\d+)", report, re.M | re.S)
    return [Step(name, int(used), int(blocks) * _BLOCK) for name, used, blocks in found]
