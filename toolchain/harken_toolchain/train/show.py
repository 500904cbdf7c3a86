"""What a training and a measurement show on a terminal."""

from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from harken_toolchain.train.bench import Compared, Result
    from harken_toolchain.train.evaluate import Figure


class Bars:
    """One bar a step; `show` is a `progress.Progress`. Use as a context manager."""

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


def bench_table(results: "list[Result]", compared: "list[Compared]") -> Table:
    """One row a measure: of the released models, then of the baselines."""
    table = Table("model", "data", "measure", "value", "95 % interval", "KB", "MACs", "arena")
    for result in results:
        cost = result.cost
        costs = [f"{cost.bytes / 1024:.1f}", f"{cost.macs:,}", f"{cost.arena:,}"]
        for name, figure in result.figures.items():
            table.add_row(result.recipe.name, result.recipe.dataset, name, *_cells(figure), *costs)
            costs = []
    for one in compared:
        for name, figure in one.figures.items():
            table.add_row(one.name, one.dataset, name, *_cells(figure))
    return table


def robust_table(robustness: dict[str, dict[str, float]]) -> Table:
    """One row a model and kind of perturbation."""
    table = Table("model", "measure", "value")
    for model, found in robustness.items():
        for name, value in found.items():
            table.add_row(model, name, f"{value:.4f}")
    return table


def _cells(figure: "Figure") -> tuple[str, str]:
    return f"{figure.value:.4f}", f"{figure.low:.4f} to {figure.high:.4f}"
