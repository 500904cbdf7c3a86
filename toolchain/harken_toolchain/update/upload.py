"""Puts one file on a board's file system: whole or not at all."""

import base64
import hashlib
from collections.abc import Callable

from harken_toolchain.errors import UserError
from harken_toolchain.update.session import Board

_CHUNK = 1024
#: Flash kept free for the loader's own writes, in bytes.
_RESERVE = 12 * 1024

_START = """
import os
from binascii import a2b_base64, hexlify
from hashlib import sha256
def _folders(path):
    for i in range(1, len(path)):
        if path[i] == "/":
            try:
                os.mkdir(path[:i])
            except OSError:
                pass
def _hash(path):
    total = sha256()
    with open(path, "rb") as file:
        while True:
            part = file.read(512)
            if not part:
                return hexlify(total.digest()).decode()
            total.update(part)
"""


def _call(board: Board, code: str) -> str:
    return board.exec(f"print({code})").strip()


def free(board: Board) -> int:
    """Free bytes of the board's file system."""
    return int(_call(board, "os.statvfs('/')[0]*os.statvfs('/')[3]"))


def upload(board: Board, data: bytes, path: str, advance: Callable[[int], None]) -> None:
    """Writes `data` to `path` on the board under another name, compares, and renames it.

    Args:
        board: at its raw REPL.
        data: the file's content.
        path: absolute path on the board; its folders are made.
        advance: told of the bytes written so far.

    Raises:
        UserError: no room, or what arrived is not what was sent.
    """
    board.exec(_START)
    room = free(board) - _RESERVE
    if len(data) > room:
        raise UserError(
            f"the file has {len(data)} bytes, the board's file system room for {max(room, 0)}",
            "Models belong into the models partition: harken update --model FILE.",
        )
    part = f"{path}.new"
    board.exec(f"_folders({path!r});_file=open({part!r},'wb')")
    for at in range(0, len(data), _CHUNK):
        text = base64.b64encode(data[at : at + _CHUNK]).decode()
        board.exec(f"_file.write(a2b_base64({text!r}))")
        advance(min(at + _CHUNK, len(data)))
    board.exec("_file.close()")
    if _call(board, f"_hash({part!r})") != hashlib.sha256(data).hexdigest():
        board.exec(f"os.remove({part!r})")
        raise UserError("what the board received is not what was sent", "Try again.")
    board.exec(f"os.rename({part!r},{path!r})")
