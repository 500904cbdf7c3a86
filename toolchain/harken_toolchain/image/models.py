"""Packs models into the area that `harken.partition` reads on the board."""

import hashlib
import struct
import zlib
from pathlib import Path

from harken import partition as area

from harken_toolchain.errors import UserError

_NAME_BYTES = 20


def pack(models: dict[str, bytes], room: int) -> bytes:
    """One area with its table of contents; models in the order of their names.

    Args:
        models: content by name; a name has at most 20 bytes.
        room: bytes that the area may take.

    Raises:
        UserError: a name is too long, or the models do not fit.
    """
    at = _aligned(area.RECORD * (1 + len(models)))
    entries, body = b"", b""
    for name, data in sorted(models.items()):
        label = name.encode()
        if len(label) > _NAME_BYTES:
            raise UserError(f"model name {name!r} has {len(label)} bytes, at most {_NAME_BYTES}")
        digest = hashlib.sha256(data).digest()
        entries += struct.pack(
            area.ENTRY, label, at + len(body), len(data), zlib.crc32(data), digest
        )
        body += data + bytes(_aligned(len(data)) - len(data))
    total = at + len(body)
    if total > room:
        raise UserError(
            f"the packed models take {total} bytes, a half of the partition has {room}",
            "Leave a model out: name those wanted with --model.",
        )
    header = struct.pack(
        area.HEADER, area.MAGIC, area.VERSION, len(models), total, zlib.crc32(entries)
    )
    head = header + bytes(area.RECORD - len(header)) + entries
    return head + bytes(at - len(head)) + body


def _aligned(size: int) -> int:
    return -(-size // area.ALIGN) * area.ALIGN


def unpack(data: bytes) -> dict[str, bytes]:
    """The models of a packed area, read by the device's own reader; hashes checked.

    Raises:
        ValueError: the area is damaged.
    """
    table = area.ModelTable(Memory(data))
    models = {}
    for index in range(table.count):
        name, offset, size, _, digest = table.entry(index)
        models[name] = data[offset : offset + size]
        if hashlib.sha256(models[name]).digest() != digest:
            raise ValueError(f"model {name} is not the one that was packed")
    return models


class Memory:
    """Bytes that are read like a partition."""

    def __init__(self, data: bytes):
        self._data = data

    def readblocks(self, block: int, buffer: bytearray, offset: int = 0) -> None:
        at = block * 4096 + offset
        part = self._data[at : at + len(buffer)]
        memoryview(buffer)[: len(part)] = part

    def ioctl(self, op: int, arg: int) -> int | None:
        return {4: -(-len(self._data) // 4096), 5: 4096}.get(op)


def read(path: Path) -> bytes:
    """A model file's bytes; anything but a .tflite is refused.

    Raises:
        UserError: the file is missing or no .tflite.
    """
    if not path.is_file():
        raise UserError(f"there is no model {path}")
    data = path.read_bytes()
    if data[4:8] != b"TFL3":
        raise UserError(f"{path} is no .tflite: bytes 4 to 7 are {data[4:8]!r}, wanted b'TFL3'")
    return data
