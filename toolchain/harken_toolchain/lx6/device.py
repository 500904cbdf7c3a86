"""Runs models through the device interpreter with the LX6 kernels."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from harken_toolchain.engine import device, on_device
from harken_toolchain.lx6 import bridge


def run(jobs: Sequence[device.Job], target: device.Target) -> list[device.Result]:
    """The results of all jobs, in their order: the interpreter on CPython, emulated kernels."""
    with bridge.installed(), tempfile.TemporaryDirectory(prefix="harken-jobs-") as folder:
        where = Path(folder)
        for number, job in enumerate(jobs):
            device.write_job(where, number, job)
        (where / "jobs").write_text("\n".join(str(number) for number in range(len(jobs))))
        on_device.main(folder, "lx6", target.source)
        return [device.read_result(where, number, job) for number, job in enumerate(jobs)]
