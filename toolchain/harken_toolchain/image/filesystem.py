"""littlefs as stock MicroPython formats and mounts it."""

from pathlib import PurePosixPath
from typing import Any

from harken_toolchain.boards import SECTOR
from harken_toolchain.errors import UserError

#: The board's cache. A file inside its folder's metadata must not be longer.
_CACHE = 128


def inline(block: int) -> int:
    """A file of at most this many bytes lies in its folder's metadata and takes no block."""
    return min(_CACHE, block // 8)


def _settings(size: int, block: int) -> dict[str, Any]:
    return {
        "block_size": block,
        "block_count": size // block,
        "read_size": 32,
        "prog_size": 32,
        "lookahead_size": 32,
        "cache_size": _CACHE,
        "disk_version": 0x20000,
    }


def make(
    files: dict[str, bytes], size: int, block: int = SECTOR, *, grow: bool = True
) -> tuple[bytes, int]:
    """A file system with `files` (content by path) and the number of bytes its blocks take.

    It is made as small as it can be and then grown to `size`, so that what is in use lies at its
    start: littlefs itself spreads files over all there is, and all of it would have to be sent.

    Args:
        files: content by path.
        size: bytes of the partition.
        block: bytes of a block; stock firmware mounts `vfs` with 4096.
        grow: False leaves it small; it then has the number of blocks it uses, and some air.

    Raises:
        UserError: the files do not fit into `size` bytes.
    """
    from littlefs import LittleFS, LittleFSError

    total = size // block
    try:
        used = _fill(LittleFS(mount=False, **_settings(size, block)), files)
        for air in (2, 8, 32, total):
            count = min(used + air, total)
            fs = LittleFS(mount=False, **_settings(count * block, block))
            try:
                used = _fill(fs, files)
                break
            except LittleFSError:
                continue
        if grow and count < total:
            fs.fs_grow(total)
    except LittleFSError as error:
        content = sum(map(len, files.values()))
        raise UserError(
            f"{len(files)} files of {content} bytes do not fit into a file system of {size} bytes"
        ) from error
    fs.unmount()
    data = bytes(fs.context.buffer)
    return (data.ljust(size, b"\xff") if grow else data), used * block


def _fill(fs: Any, files: dict[str, bytes]) -> int:
    """Formats and fills a file system; gives the number of blocks in use."""
    fs.format()
    fs.mount()
    for path, data in sorted(files.items()):
        fs.makedirs(str(PurePosixPath("/", path).parent), exist_ok=True)
        with fs.open("/" + path, "wb") as file:
            file.write(data)
    return fs.used_block_count


def read(data: bytes, block: int = SECTOR) -> dict[str, bytes]:
    """The files of a file system, content by path without a leading slash.

    Raises:
        ValueError: it does not mount.
    """
    from littlefs import LittleFS, LittleFSError, UserContext

    context = UserContext(len(data))
    context.buffer = bytearray(data)
    try:
        fs = LittleFS(context=context, mount=False, **_settings(len(data), block))
        fs.mount()
    except LittleFSError as error:
        raise ValueError(f"the file system does not mount: {error}") from error
    files = {}
    for folder, _, names in fs.walk("/"):
        for name in names:
            path = PurePosixPath(folder, name)
            with fs.open(str(path), "rb") as file:
                files[str(path).lstrip("/")] = file.read()
    return files


def trim(data: bytes) -> bytes:
    """Without the erased sectors at the end, which need not be sent or stored."""
    return data[: -(-len(data.rstrip(b"\xff")) // SECTOR) * SECTOR]
