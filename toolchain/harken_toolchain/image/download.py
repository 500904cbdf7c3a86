"""Gets stock firmware and says honestly how far it could be checked."""

import hashlib
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError

from harken_toolchain import paths
from harken_toolchain.boards import Board
from harken_toolchain.errors import UserError

_CHUNK = 64 * 1024


def cached(board: Board) -> Path:
    """Where a board's stock firmware lies in the user's cache."""
    return paths.cache() / "firmware" / board.micropython.url.rsplit("/", 1)[-1]


def download(url: str, advance: Callable[[int, int], None]) -> bytes:
    """The bytes behind a URL; `advance(done, total)` is told of each piece.

    Raises:
        UserError: it cannot be reached.
    """
    data = bytearray()
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            total = int(answer.headers.get("Content-Length") or 0)
            while piece := answer.read(_CHUNK):
                data += piece
                advance(len(data), total)
    except (URLError, OSError) as error:
        raise UserError(
            f"{url} cannot be downloaded: {error}",
            "Download it with a browser and give the file: harken image --micropython FILE.",
        ) from error
    return bytes(data)


def verify(data: bytes, sha256: str | None) -> bool:
    """True when the checksum is right, False when there is none to compare with.

    Raises:
        UserError: the checksum is another one.
    """
    if sha256 is None:
        return False
    found = hashlib.sha256(data).hexdigest()
    if found != sha256.lower():
        raise UserError(
            f"the firmware's SHA-256 is {found}, wanted {sha256}",
            "Do not flash it; download it again.",
        )
    return True


def store(data: bytes, path: Path) -> None:
    """Writes a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)
