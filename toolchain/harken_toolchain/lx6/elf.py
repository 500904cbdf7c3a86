"""The smallest ELF file that qemu-xtensa starts: one segment, readable, writable, executable."""

import struct

_MACHINE_XTENSA = 94
_HEADER, _PROGRAM_HEADER = 52, 32


def executable(code: bytes, base: int, memory: int, start: int) -> bytes:
    """A statically linked file.

    Args:
        code: what lies at `base`; the headers are put behind it.
        base: the address of the segment, a multiple of 4096.
        memory: size of the segment in memory.
        start: the entry point, as an offset from `base`.
    """
    offset = 4096
    header = struct.pack(
        "<16sHHIIIIIHHHHHH",
        b"\x7fELF\x01\x01\x01",
        2,
        _MACHINE_XTENSA,
        1,
        base + start,
        _HEADER,
        0,
        0,
        _HEADER,
        _PROGRAM_HEADER,
        1,
        0,
        0,
        0,
    )
    program = struct.pack("<8I", 1, offset, base, base, len(code), memory, 7, 4096)
    return (header + program).ljust(offset, b"\0") + code
