"""float32 values as their bits, computed without floats: a board's are no longer themselves."""

from . import quant, real
from .compat import const
from .shapes import numbers

_DIGITS = const(24)
_LOWEST = const(-149)  # the power of two of the last bit of the smallest floats


def to_bits(x, negative=False):
    """The bits of the float32 nearest to a real, halves to even, infinity above the largest."""
    m, e = x
    sign = 0x80000000 if negative else 0
    if not m:
        return sign
    low = max(e + real.bits(m) - _DIGITS, _LOWEST)
    m = _shifted(m, low - e)
    if m >> _DIGITS:
        m >>= 1
        low += 1
    if not m >> (_DIGITS - 1):
        return sign | m
    return sign | (0x7F800000 if low > 104 else (low + 150) << 23 | m & 0x7FFFFF)


def _shifted(m, down):
    """m / 2**down, halves to even."""
    if down <= 0:
        return m << -down
    rest, half = m & ((1 << down) - 1), 1 << (down - 1)
    m >>= down
    return m + 1 if rest > half or (rest == half and m & 1) else m


def widen(ctx, op, tensor, place, y):
    """The step from int8 at `place` (buffer, offset), quantised as `tensor` is, to floats."""
    zero, (m, e) = tensor.zero_point(), quant.scale(tensor)
    table = bytearray(1024)
    for i in range(256):
        value = ((i + 128) & 255) - 128 - zero
        word = to_bits((m * abs(value), e), value < 0)
        for k in range(4):
            table[4 * i + k] = word >> 8 * k & 255
    buffer, to = ctx.place(op, y)
    return (
        ctx.kernel("widen", "widen"),
        numbers((y.count, place[1], to)),
        place[0],
        table,
        buffer,
        None,
    )
