"""Progress bars of a training."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Bars:
    """One bar a step; `show` is a `run.Progress`. Use as a context manager."""

    def __init__(self, console: Console):
        self._progress = Progress(
            TextColumn("{task.description:<16}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "Bars":
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def show(self, step: str, done: int, of: int, note: str = "") -> None:
        """Sets the bar of `step` to `done` of `of`."""
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(step, total=of, note=note)
        self._progress.update(self._tasks[step], completed=done, note=note)
