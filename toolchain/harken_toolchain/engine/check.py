"""Says before anyone flashes whether a board can run a model, and what it takes."""

from dataclasses import dataclass, field

from harken_toolchain import micropython
from harken_toolchain.boards.schema import Board
from harken_toolchain.engine import device, estimate, graph, inputs
from harken_toolchain.errors import UserError


@dataclass
class Limit:
    """One thing that is bounded: what, found, allowed (None: unbounded)."""

    what: str
    found: int
    allowed: int | None
    unit: str = "bytes"

    @property
    def good(self) -> bool:
        """Whether it is within the bound."""
        return self.allowed is None or self.found <= self.allowed


@dataclass
class Report:
    """What a model takes on a board.

    Attributes:
        problems: why it does not run there, in sentences.
        limits: memory and flash against the board's budget.
        layers: the cost of each operator.
    """

    board: Board
    kernels: str
    graph: graph.Graph
    problems: list[str] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    layers: list[estimate.Layer] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether the board runs the model within its budget."""
        return not self.problems and all(limit.good for limit in self.limits)

    @property
    def ms(self) -> float:
        """Milliseconds of one run."""
        return sum(layer.total_ms for layer in self.layers)


def examine(model: bytes, board: Board, kernels: str = "") -> Report:
    """Checks a model for a board.

    Args:
        model: a .tflite file.
        board: the board's description.
        kernels: the kernel set whose time is estimated; by default the board's best.

    Raises:
        UserError: the file cannot be read, or the board has no such kernels.
    """
    chosen = kernels or board.kernels[0]
    if chosen not in board.kernels:
        raise UserError(f"{board.title} runs {', '.join(board.kernels)} kernels, not {chosen}")
    read = graph.read(model)
    report = Report(board, chosen, read, unsupported(read))
    part = board.partition("models")
    room = part.size if part else board.budget.flash_bytes
    report.limits.append(Limit("flash for the model", len(model), room))
    if report.problems:
        return report
    report.layers = estimate.layers(read, board, chosen)
    result = _run(model, read, board)
    if result.error:
        report.problems.append(f"the interpreter refuses it: {result.error}")
        return report
    report.limits.append(Limit("arena", result.arena, board.budget.arena_bytes))
    report.limits.append(
        Limit("largest block of the arena", result.largest, board.budget.largest_block_bytes)
    )
    if result.heap:
        report.limits.append(
            Limit("heap of interpreter and model, as source", result.heap, board.ram.heap_bytes)
        )
    return report


def unsupported(read: graph.Graph) -> list[str]:
    """A sentence for each operator that the interpreter does not have, with its layer."""
    from harken.tflite import registry

    known = set(registry.supported())
    return [
        f"{op.name} is not supported: op {op.index}, layer '{op.layer}'"
        for op in read.ops
        if op.name not in known
    ]


def _run(model: bytes, read: graph.Graph, board: Board) -> device.Result:
    """Runs the model once: under MicroPython with the board's heap where there is one."""
    job = device.Job(model, inputs.random(read, 1, 1))
    if not micropython.find():
        return device.run([job], device.Target())[0]
    heap = f"{board.ram.heap_bytes // 1024}k"
    try:
        return device.run([job], device.Target("micropython", "viper", "file", heap))[0]
    except micropython.ScriptError as error:
        if "MemoryError" in str(error):
            return device.Result(error=f"it needs more than the board's heap of {heap}")
        raise
