"""MUL on int8, int16, int32 and float32, with broadcast and fused activation."""

from .. import quant
from . import binary, plain

_OPTIONS = 21

plan = binary.plan


def prepare(ctx, op):
    x, w, y = binary.tensors(ctx, op, ("int8", "int16", "int32", "float32"))
    activation = op.options(_OPTIONS).get(0, "b")
    if x.name in ("int32", "float32"):
        return plain.step(ctx, op, "mul", x, w, y, activation)
    zeros = [t.zero_point() for t in (x, w, y)]
    ctx.check(op, x.name == "int8" or not any(zeros), "zero points %s: wanted 0 for int16", zeros)
    own = [-zeros[0], -zeros[1]] + list(quant.rescale(x, w, y)) + [zeros[2]]
    own += quant.activation_range(activation, y)
    return binary.step(ctx, op, ctx.kernel("mul", "mul_" + x.name), x, w, y, own)
