"""Elementwise functions of two tensors without quantisation.

The head of the parameters is in `ops/binary.py`, the functions are in `ops/plain.py`. Own ones:
8 the function, 9 lowest, 10 highest value (int32). For float32, s holds both, or None.
"""

import struct
from array import array

from .fixed import wrap
from .loops import advance, load


def _add(a, b):
    return a + b


def _sub(a, b):
    return a - b


def _mul(a, b):
    return a * b


def _maximum(a, b):
    return a if a > b else b


def _minimum(a, b):
    return a if a < b else b


def _squared_difference(a, b):
    return wrap(a - b) * wrap(a - b)


def _squared_difference_float(a, b):
    d = single(a - b)
    return d * d


_FUNCTIONS = (_add, _sub, _mul, _squared_difference, _maximum, _minimum)
_single = array("f", (0.0,))


def single(value):
    """A float rounded to 32 bits; boards have it so already."""
    _single[0] = value
    return _single[0]


def int8(p, x, w, y, s):
    _integers(p, x, w, y, 1)


def int16(p, x, w, y, s):
    _integers(p, x, w, y, 2)


def int32(p, x, w, y, s):
    _integers(p, x, w, y, 4)


def _integers(p, x, w, y, width):
    function, a, b, c = _FUNCTIONS[p[8]], p[2], p[3], p[4]
    while True:
        for i in range(p[5]):
            value = wrap(function(load(x, a + i * p[6], width), load(w, b + i * p[7], width)))
            value = min(max(value, p[9]), p[10])
            for k in range(width):
                y[c + k] = value >> 8 * k & 255
            c += width
        moved = advance(p)
        if moved is None:
            return
        a += moved[0]
        b += moved[1]


def float32(p, x, w, y, s):
    function, a, b, c = _FUNCTIONS[p[8]], p[2], p[3], p[4]
    if function is _squared_difference:
        function = _squared_difference_float
    while True:
        for i in range(p[5]):
            one = struct.unpack_from("<f", x, a + i * p[6])[0]
            value = single(function(one, struct.unpack_from("<f", w, b + i * p[7])[0]))
            if s:
                value = s[0] if value < s[0] else value
                value = s[1] if s[1] < value else value
            struct.pack_into("<f", y, c, value)
            c += 4
        moved = advance(p)
        if moved is None:
            return
        a += moved[0]
        b += moved[1]
