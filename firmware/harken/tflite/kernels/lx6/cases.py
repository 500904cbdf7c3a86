"""Small calls on which machine code and portable kernels must agree."""

from array import array

from ...compat import leaf

_state = 1


def _byte():
    """Bytes of a linear congruential generator; many extreme ones among them."""
    global _state
    _state = (_state * 69069 + 1) & 0x3FFFFFFF
    value = _state >> 18 & 255
    return (128, 127, 0)[value % 3] if value < 60 else value


def _bytes(n):
    return bytearray([_byte() for _ in range(n)])


def _number(low, high):
    return low + (_byte() << 16 | _byte() << 8 | _byte()) % (high - low + 1)


def _tables(head, outputs, each):
    """p with its tables behind the head: biases, multipliers, shifts."""
    many = outputs if each else 1
    at = len(head)
    head[13:18] = (each, at, at + outputs, at + outputs + many, 0)
    bias = [_number(-40000, 40000) for _ in range(outputs)]
    multiplier = [(1 << 30) + (_number(0, 0xFFFFFF) << 6) for _ in range(many)]
    shift = [_number(-13, 1) for _ in range(many)]
    return array("i", head + bias + multiplier + shift)


def _head(row, batches, outputs, zero):
    return [0, outputs, row, 4, 0, 3, batches, outputs, -zero, 0, -zero, -120, 119, 0, 0, 0, 0, 0]


def _buffers(p, x, w, y, s):
    return p, _bytes(4 + x), _bytes(w), bytearray(3 + y), bytearray(s)


def _dense(depth, outputs, batches, each, zero):
    p = _tables(_head(depth, batches, outputs, zero), outputs, each)
    return "dense", _buffers(p, batches * depth, outputs * depth, batches * outputs, 2 * depth + 16)


def _image(name, h, w, depth, outputs, f, stride, dilation, pad, each, zero):
    """A convolution (outputs filters) or a depthwise one (outputs = multiplier)."""
    y_h = (h + 2 * pad - dilation * (f - 1) - 1) // stride + 1
    y_w = (w + 2 * pad - dilation * (f - 1) - 1) // stride + 1
    deep = name == "conv"
    total = outputs if deep else depth * outputs
    row = f * f * (depth if deep else total)
    last = [depth, outputs] if deep else [outputs, 0]
    head = _head(row, 1, total, zero)
    head += [h, w, depth, y_h, y_w, f, f, stride, stride, dilation, dilation, pad, pad] + last
    p = _tables(head, total, each)
    if not deep:
        p[0], p[1] = 0, 1
    weights = row * outputs if deep else row
    room = 6 * row + 64 if deep else 2048
    return name, _buffers(p, h * w * depth, weights, y_h * y_w * total, room)


def of(family):
    """(kernel, (p, x, w, y, s)) of every case of the family."""
    global _state
    _state = 1
    if family == "dense":
        return [_dense(32, 4, 1, 1, -128), _dense(21, 3, 2, 0, 127), _dense(3, 2, 1, 1, 5)]
    return [
        _image(family, 5, 6, 4, 3, 3, 1, 1, 1, 1, -128),
        _image(family, 6, 5, 4, 1, 3, 2, 1, 1, 0, 127),
        _image(family, 7, 6, 3, 2, 2, 1, 2, 0, 1, -3),
    ]


def portable(family, name):
    """The portable kernel that defines the result."""
    package = __name__.split(".lx6.")[0]
    return getattr(leaf(package + ".portable." + family), name)
