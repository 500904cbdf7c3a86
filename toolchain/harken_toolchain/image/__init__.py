"""One flashable file: stock MicroPython, partition table, packed models, file system.

build.py assembles it, extract.py takes it apart again, simulate.py prepares it for the simulator;
the other modules do one part each.
"""

from harken_toolchain.image.build import Image, build
from harken_toolchain.image.extract import extract
from harken_toolchain.image.simulate import simulated

__all__ = ["Image", "build", "extract", "simulated"]
