"""The application image format of the ESP32 family: read what is needed, write the synthetic.

https://docs.espressif.com/projects/esptool/en/latest/esp32/advanced-topics/firmware-image-format.html
"""

import hashlib
import struct
from functools import reduce
from typing import NamedTuple

MAGIC = 0xE9
CHIP_IDS = {"esp32": 0, "esp32s3": 9, "esp32c3": 5}
_CHECKSUM_SEED = 0xEF
_HEADER = struct.Struct("<BBBBI4sHBHH4sB")
_SEGMENT = struct.Struct("<II")
#: esp_app_desc_t: magic, secure version, reserved, version, project, time, date, IDF, ELF SHA-256.
_DESCRIPTION = struct.Struct("<II8s32s32s16s16s32s32s80s")
_DESCRIPTION_MAGIC = 0xABCD5432
_MODES = {"qio": 0, "qout": 1, "dio": 2, "dout": 3}
_CLOCKS = {40: 0, 26: 1, 20: 2, 80: 15}


class AppDescription(NamedTuple):
    """What an application image says of itself."""

    version: str
    project: str
    idf: str


def length(data: bytes) -> int:
    """Bytes of the image that starts at `data[0]`, checksum and appended hash included.

    Raises:
        ValueError: this is no image, or it is cut off.
    """
    if len(data) < _HEADER.size or data[0] != MAGIC:
        raise ValueError(f"an image starts with 0xE9, found {data[:1].hex() or 'nothing'}")
    at = _HEADER.size
    for _ in range(data[1]):
        if at + _SEGMENT.size > len(data):
            raise ValueError("the image ends inside a segment header")
        at += _SEGMENT.size + _SEGMENT.unpack_from(data, at)[1]
    at = at // 16 * 16 + 16  # the checksum is the last byte of a block of 16
    end = at + (32 if data[_HEADER.size - 1] == 1 else 0)
    if end > len(data):
        raise ValueError(f"the image ends at byte {len(data)}, its segments at {end}")
    return end


def check(data: bytes) -> None:
    """Checks checksum and appended hash of the image at the start of `data`.

    Raises:
        ValueError: one of them is wrong.
    """
    end = length(data)
    hashed = data[_HEADER.size - 1] == 1
    body = end - 32 if hashed else end
    if hashed and hashlib.sha256(data[:body]).digest() != data[body:end]:
        raise ValueError("the image's SHA-256 is not the one appended to it")
    at, checksum = _HEADER.size, _CHECKSUM_SEED
    for _ in range(data[1]):
        size = _SEGMENT.unpack_from(data, at)[1]
        at += _SEGMENT.size
        checksum = reduce(int.__xor__, data[at : at + size], checksum)
        at += size
    if data[body - 1] != checksum:
        raise ValueError(f"the image's checksum is {data[body - 1]:#x}, computed {checksum:#x}")


def chip_id(data: bytes) -> int:
    """The chip id in an image's header."""
    return _HEADER.unpack_from(data)[6]


def description(data: bytes) -> AppDescription | None:
    """The application description at the start of the first segment, if there is one."""
    at = _HEADER.size + _SEGMENT.size
    if len(data) < at + _DESCRIPTION.size:
        return None
    fields = _DESCRIPTION.unpack_from(data, at)
    if fields[0] != _DESCRIPTION_MAGIC:
        return None
    version, project, idf = (fields[i].rstrip(b"\0").decode("ascii", "replace") for i in (3, 4, 7))
    return AppDescription(version, project, idf)


def describe(version: str, project: str) -> bytes:
    """An application description, to stand at the start of a first segment."""
    texts = (version, project, "00:00:00", "Jan  1 2000", "none")
    encoded = [text.encode("ascii") for text in texts]
    return _DESCRIPTION.pack(_DESCRIPTION_MAGIC, 0, bytes(8), *encoded, bytes(32), bytes(80))


def write(
    chip: str, segments: list[tuple[int, bytes]], *, entry: int, mode: str, mhz: int, flash_mb: int
) -> bytes:
    """An image of (load address, data) segments with a right checksum and hash."""
    size_id = flash_mb.bit_length() - 1
    header = _HEADER.pack(
        MAGIC,
        len(segments),
        _MODES[mode],
        size_id << 4 | _CLOCKS[mhz],
        entry,
        b"\xee\0\0\0",
        CHIP_IDS[chip],
        0,
        0,
        0xFFFF,
        bytes(4),
        1,
    )
    body, checksum = bytearray(header), _CHECKSUM_SEED
    for address, data in segments:
        padded = data + bytes(-len(data) % 4)
        checksum = reduce(int.__xor__, padded, checksum)
        body += _SEGMENT.pack(address, len(padded)) + padded
    body += bytes(15 - len(body) % 16) + bytes([checksum])
    return bytes(body) + hashlib.sha256(body).digest()
