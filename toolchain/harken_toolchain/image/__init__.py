"""One flashable file: stock MicroPython, partition table, packed models, file system.

build.py assembles it, extract.py takes it apart again; the other modules do one part each.
"""

from harken_toolchain.image.build import Image, build
from harken_toolchain.image.extract import extract

__all__ = ["Image", "build", "extract"]
