"""Whether models run within a board's memory, found by laying them out as the board does."""

from harken_toolchain.boards import Board
from harken_toolchain.errors import UserError
from harken_toolchain.image.usage import Check


def allocate(model: bytes, name: str) -> tuple[int, int]:
    """(arena, its largest block) in bytes, by the device's own interpreter.

    Raises:
        UserError: the model does not run on a board.
    """
    from harken.tflite import Interpreter, ModelError

    try:
        interpreter = Interpreter(model)
        interpreter.allocate_tensors()
    except ModelError as error:
        raise UserError(
            f"{name} does not run on a board: {error}",
            "firmware/harken/tflite/README.md lists the operators and types.",
        ) from error
    return interpreter.arena, max(interpreter.blocks, default=0)


def checks(board: Board, models: dict[str, bytes]) -> list[Check]:
    """Two budgets for each model: its arena and the arena's largest block."""
    found = []
    for name, data in sorted(models.items()):
        arena, block = allocate(data, f"model {name}")
        found.append(Check(f"arena of {name}", arena, board.budget.arena_bytes))
        allowed = board.budget.largest_block_bytes
        found.append(Check(f"largest block of {name}", block, allowed))
    return found
