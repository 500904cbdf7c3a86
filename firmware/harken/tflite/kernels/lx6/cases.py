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


def _multiplier():
    return (1 << 30) + (_number(0, 0xFFFFFF) << 6)


def _tables(head, outputs, each):
    """p with its tables behind the head: biases, multipliers, shifts."""
    many = outputs if each else 1
    at = len(head)
    head[13:18] = (each, at, at + outputs, at + outputs + many, 0)
    bias = [_number(-40000, 40000) for _ in range(outputs)]
    multiplier = [_multiplier() for _ in range(many)]
    shift = [_number(-13, 1) for _ in range(many)]
    return array("i", head + bias + multiplier + shift)


def _head(row, batches, outputs, zero):
    return [0, outputs, row, 4, 0, 2, batches, outputs, -zero, 0, -zero, -120, 119, 0, 0, 0, 0, 0]


def _buffers(p, x, w, y, s):
    return p, _bytes(4 + x), _bytes(w), bytearray(4 + y), bytearray(s)


def _dense(depth, outputs, batches, each, zero):
    p = _tables(_head(depth, batches, outputs, zero), outputs, each)
    sizes = batches * depth, outputs * depth, batches * outputs, 2 * depth + 16
    return ("dense",) + _buffers(p, *sizes)


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
    return (name,) + _buffers(p, h * w * depth, weights, y_h * y_w * total, room)


def _images(name):
    return [
        _image(name, 5, 6, 4, 3, 3, 1, 1, 1, 1, -128),
        _image(name, 6, 5, 4, 1, 3, 2, 1, 1, 0, 127),
        _image(name, 7, 6, 3, 2, 2, 1, 2, 0, 1, -3),
    ]


def _lstm(depth, units, add):
    p = _tables(_head(depth, 1, units, -7) + [add], units, 0)
    if add:  # the second half of a gate has no bias
        for i in range(units):
            p[p[14] + i] = 0
    return ("dense16",) + _buffers(p, depth, depth * units, 2 * units, 64)


def _update(units, clip):
    shifts = -18, -17, -22
    p = [units, 4, 1, 4] + [n for s in shifts for n in (_multiplier(), s)] + [-5, clip, 3, 2]
    table = leaf(__name__.split(".kernels.")[0] + ".curves").sigmoid_table()
    x, s = _bytes(4 + 2 * units), _bytes(20 + 8 * units)
    return "update", array("i", p), x, table, bytearray(1 + units), s


def _binary(own):
    """Five by three elements, x with a stride, w broadcast along the lines."""
    head = [8 + len(own), 1, 1, 0, 3, 5, 2, 1]
    return _buffers(array("i", head + own + [3, 10, 0, 0]), 30, 5, 15, 0)


def _add(sign):
    m = _multiplier()
    own = [5, m >> 16, m & 0xFFFF, 0, -77, m >> 16, m & 0xFFFF, 3, m, 19, 9, -100, 101, sign]
    return ("add_int8",) + _binary(own)


def _mul(shift):
    return ("mul_int8",) + _binary([128, -127, _multiplier(), shift, -4, -128, 100])


def _pool(name, h, w, f, stride, pad):
    y_h, y_w = (h + 2 * pad - f) // stride + 1, (w + 2 * pad - f) // stride + 1
    p = [1, h, w, 3, 2, 1, y_h, y_w, f, f, stride, stride, pad, pad, -128, 120]
    return (name,) + _buffers(array("i", p), h * w * 3, 0, y_h * y_w * 3, 0)


def _reduce(name, own):
    """The middle one of three dimensions."""
    head = [9 + len(own), 2, 4, 1, 3, 4, 0, 9 + len(own) + 8, 1]
    p = array("i", head + own + [4, 1, 0, 0, 2, 24, 0, 0] + [2, 12, 0, 0])
    return (name,) + _buffers(p, 60, 0, 8, 0)


def _softmax(rows, depth):
    p = array("i", [rows, depth, 4, 1, 40, 8, 0])
    table = array("i", [0x7FFFFFFF])
    for i in range(39):
        table.append(table[i] - (table[i] >> 3))
    return "softmax", p, _bytes(4 + rows * depth), table, bytearray(1 + rows * depth), bytearray(32)


def _rows(outputs, each):
    p = _tables(_head(1, 1, outputs, 11), outputs, each)
    return "requantize", p, _bytes(4 * outputs), bytearray(outputs + 2), outputs, 0, 2


def of(family):
    """(kernel, its arguments ...) of every case of the family."""
    global _state
    _state = 1
    if family in ("conv", "depthwise"):
        return _images(family)
    return {
        "add": lambda: [_add(1), _add(-1)],
        "dense": lambda: [
            _dense(32, 4, 1, 1, -128),
            _dense(21, 3, 2, 0, 127),
            _dense(3, 2, 1, 1, 5),
        ],
        "lstm": lambda: [_lstm(20, 3, 0), _lstm(7, 2, 1), _update(5, 0), _update(3, 20000)],
        "mul": lambda: [_mul(-7), _mul(1)],
        "pool": lambda: [_pool(name, 5, 4, 3, 2, 1) for name in ("average", "maximum")],
        "reduce": lambda: [
            _reduce("sum_int8", [_multiplier(), -3, 1111, -9]),
            _reduce("maximum_int8", []),
        ],
        "rows": lambda: [_rows(9, 0), _rows(5, 1)],
        "softmax": lambda: [_softmax(2, 11)],
    }[family]()


def wanted(family, name, arguments):
    """What the portable kernel makes of the arguments: the bytes of y."""
    package = __name__.split(".lx6.")[0] + ".portable."
    if family == "rows":
        return _requantized(leaf(package + "fixed"), leaf(package + "loops").load, arguments)
    p, x, w, y, s = arguments
    y = bytearray(y)
    getattr(leaf(package + family), name)(array("i", p), bytearray(x), w, y, bytearray(s))
    return y


def _requantized(fixed, load, arguments):
    p, s, y, count, first, to = arguments
    y = bytearray(y)
    for i in range(count):
        k = (first + i) * p[13]
        value = fixed.wrap(load(s, 4 * i, 4) + p[p[14] + first + i])
        value = fixed.requantize(value, p[p[15] + k], p[p[16] + k]) + p[10]
        y[to + i] = min(max(value, p[11]), p[12]) & 255
    return y
