"""MAXIMUM and MINIMUM on int8, int16, int32 and float32, with broadcast."""

from . import binary, plain

_MAXIMUM = 55

plan = binary.plan


def prepare(ctx, op):
    x, w, y = binary.tensors(ctx, op, ("int8", "int16", "int32", "float32"))
    return plain.step(ctx, op, "maximum" if op.code == _MAXIMUM else "minimum", x, w, y)
