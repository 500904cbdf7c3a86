"""Elementwise ops of two tensors without quantisation: int32, float32, the larger or smaller.

The number of a function in `FUNCTIONS` is the parameter that the kernels of `plain` take.
"""

from ..errors import ModelError
from . import binary

FUNCTIONS = ("add", "sub", "mul", "squared_difference", "maximum", "minimum")

_LARGEST = 3.4028234663852886e38
_INT32 = {0: (-(1 << 31), (1 << 31) - 1), 1: (0, (1 << 31) - 1), 2: (-1, 1), 3: (0, 6)}
_FLOAT32 = {0: (-_LARGEST, _LARGEST), 1: (0.0, _LARGEST), 2: (-1.0, 1.0), 3: (0.0, 6.0)}


def step(ctx, op, function, x, w, y, activation=0):
    """The step of one of `FUNCTIONS` with a fused activation."""
    if activation not in _INT32:
        raise ModelError(
            "fused activation %d: wanted none, RELU, RELU_N1_TO_1 or RELU6" % activation
        )
    number = FUNCTIONS.index(function)
    limits = [0, 0] if x.name == "float32" else list(_INT32[activation])
    found = binary.step(ctx, op, ctx.kernel("plain", x.name), x, w, y, [number] + limits)
    if found is None or x.name != "float32":
        return found
    return found[:5] + (_FLOAT32[activation] if number < 3 else None,)
