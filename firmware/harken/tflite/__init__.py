"""An interpreter for int8 .tflite models on stock MicroPython, bit-exact with tflite-micro."""

from .errors import ModelError
from .interpreter import Interpreter

__all__ = ("Interpreter", "ModelError", "unload")

# What a detached runner still needs; kernels are kept too.
_KEPT = ("bag", "compat", "errors", "kernels", "rows", "runner", "sequence", "sources", "tiles")


def unload():
    """Forgets the code that lays models out, so that its memory can be collected.

    Call it when all models are prepared, and keep what `Interpreter.detach` gives: an interpreter
    holds its own code. Everything is imported again when it is needed again. Does nothing on
    CPython, where memory is not short.
    """
    import sys

    from .compat import SMALL, forget

    if not SMALL:
        return
    start = __name__ + "."
    for name in list(sys.modules):
        if name[: len(start)] == start and name[len(start) :].split(".")[0] not in _KEPT:
            forget(name)
    forget(__name__)  # it holds the interpreter
