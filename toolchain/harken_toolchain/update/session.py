"""The steps of an update. Cut off anywhere, the board starts its old copy or the new one."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from harken_toolchain.boards import SECTOR
from harken_toolchain.errors import UserError
from harken_toolchain.image.release import Release

#: Reports (sectors done, sectors in all, what is being done).
Progress = Callable[[int, int, str], None]
KINDS = ("app", "models")


class Board(Protocol):
    """A board that runs Python for us."""

    def exec(self, code: str) -> str:
        """Runs `code` on the board and returns what it printed; raises when it fails."""
        ...


@dataclass(frozen=True)
class Outcome:
    """What an update did: `sent` and `cloned` count sectors of 4096 bytes."""

    slot: str
    version: str
    sent: int
    cloned: int
    changed: bool = True


class _Agent:
    """Calls the functions of agent.py on the board."""

    def __init__(self, board: Board, source: str):
        self._board = board
        board.exec(source)

    def call(self, name: str, *arguments: Any) -> Any:
        listed = ", ".join(map(repr, arguments))
        said = self._board.exec(f"import json;print(json.dumps({name}({listed})))").strip()
        return json.loads(said.splitlines()[-1]) if said else None


def _sector(data: bytes, index: int) -> str:
    """Sector `index` in base64, filled up with erased flash."""
    part = data[index * SECTOR : (index + 1) * SECTOR]
    return base64.b64encode(part.ljust(SECTOR, b"\xff")).decode()


def _sectors(data: bytes) -> int:
    return -(-len(data) // SECTOR)


def update(
    board: Board, release: Release, agent: Path, progress: Progress, *, force: bool = False
) -> Outcome:
    """Writes `release` into the copy that is not running and puts it on trial.

    Args:
        board: reached over its raw REPL; reset it afterwards.
        release: what to install.
        agent: the file agent.py, which is sent to the board.
        progress: told of every sector.
        force: also when the board has this release already.

    Raises:
        UserError: the board has no whole copy, or what arrived is not what was sent.
    """
    far = _Agent(board, agent.read_text(encoding="utf-8"))
    status = far.call("status")
    running = status["active"]
    if running is None:
        raise UserError("the board holds no whole copy of Harken", "Install one: 'harken flash'.")
    wanted, had = json.loads(release.manifest), status["manifest"]
    if had.get("board", release.board) != release.board:
        raise UserError(
            f"the board runs Harken for {had['board']}, this update is for {release.board}",
            f"Say --board {had['board']}.",
        )
    if had == wanted and not force:
        return Outcome(running, release.version, 0, 0, changed=False)
    slot = "b" if running == "a" else "a"
    far.call("begin", slot)
    sent, cloned = _write(far, slot, release, had, wanted, progress)
    if not far.call("finish", slot, wanted):
        raise UserError(
            "what the board received is not what was sent; it keeps its old version",
            "Try again, with another cable if it happens twice.",
        )
    far.call("commit", slot)
    return Outcome(slot, release.version, sent, cloned)


def _write(
    far: _Agent, slot: str, release: Release, had: Any, wanted: Any, progress: Progress
) -> tuple[int, int]:
    """Fills both areas; (sectors sent, sectors that the board copied itself)."""
    areas = {"app": release.app, "models": release.models}
    total, done, sent = sum(map(_sectors, areas.values())), 0, 0
    for kind in KINDS:
        same = had.get(kind) == wanted[kind]
        for index in range(_sectors(areas[kind])):
            if same:
                far.call("clone", kind, slot, index)
            else:
                far.call("put", kind, slot, index, _sector(areas[kind], index))
                sent += 1
            done += 1
            progress(done, total, f"{'copying' if same else 'sending'} {kind}")
    return sent, total - sent
