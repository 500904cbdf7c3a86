"""How a long step tells how far it is."""

from typing import Protocol


class Progress(Protocol):
    """Called with the step's name, how much of it is done, and a note."""

    def __call__(self, step: str, done: int, of: int, note: str = "") -> None: ...
