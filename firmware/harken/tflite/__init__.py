"""An interpreter for int8 .tflite models on stock MicroPython, bit-exact with tflite-micro."""

from .errors import ModelError
from .interpreter import Interpreter

__all__ = ("Interpreter", "ModelError", "unload")

# What a prepared model still needs; kernels are kept too.
_KEPT = (
    "bag",
    "compat",
    "errors",
    "interpreter",
    "kernels",
    "rows",
    "sequence",
    "sources",
    "tiles",
)


def unload():
    """Forgets the code that only `allocate_tensors` needs, so that its memory can be collected.

    Call it when all models are prepared; it is imported again when it is needed again.
    """
    import sys

    from .compat import forget

    start = __name__ + "."
    for name in list(sys.modules):
        if name[: len(start)] == start and name[len(start) :].split(".")[0] not in _KEPT:
            forget(name)
