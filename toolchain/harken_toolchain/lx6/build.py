"""Builds the `code_FAMILY.mpy` files of the LX6 kernel set from the sources in `kernels/`.

    python -m harken_toolchain.lx6.build

The files are committed, so that the folder `firmware/` works as it is; a test compares them with
what this module builds, byte for byte.
"""

from binascii import crc32
from functools import cache
from pathlib import Path

from harken_toolchain import paths
from harken_toolchain.lx6 import mpy
from harken_toolchain.lx6.assembler import assemble_file

_SOURCES = Path(__file__).with_name("kernels")
#: The kernels of each family; a kernel is a source file. IRAM is taken a family at a time.
FAMILIES = {
    "add": ("add_int8",),
    "conv": ("conv",),
    "dense": ("dense",),
    "depthwise": ("depthwise",),
    "lstm": ("dense16", "update"),
    "mul": ("mul_int8",),
    "pool": ("average", "maximum"),
    "reduce": ("sum_int8", "maximum_int8"),
    "rows": ("requantize",),
    "softmax": ("softmax",),
}
#: Bytes of IRAM that all kernels together may take.
LIMIT = 8192


@cache
def code(kernel: str) -> bytes:
    """The machine code of a kernel."""
    return assemble_file(_SOURCES / f"{kernel}.s").code


def build(family: str) -> bytes:
    """The family's `.mpy` file; its VERSION is a checksum of the code."""
    functions = {name: code(name) for name in FAMILIES[family]}
    version = crc32(b"".join(functions.values())) & 0x3FFFFFFF
    return mpy.write(f"code_{family}.py", functions, {"VERSION": version})


def folder() -> Path:
    """Where the files lie in the firmware."""
    return paths.repository() / "firmware/harken/tflite/kernels/lx6"


def shipped(family: str) -> dict[str, bytes]:
    """The machine code in the committed file, by kernel."""
    return mpy.functions((folder() / f"code_{family}.mpy").read_bytes())


def main() -> None:
    """Writes all files."""
    for family in FAMILIES:
        (folder() / f"code_{family}.mpy").write_bytes(build(family))


if __name__ == "__main__":
    main()
