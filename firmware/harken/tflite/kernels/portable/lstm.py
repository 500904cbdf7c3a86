"""LSTM gates and state in 16-bit fixed point.

`dense16` is `dense` with one row of x and 16-bit results: p as in `dense.py`; p[18] says whether
they are added (saturating) to what y holds.

`update`: p: 0 units, 1 offset of the cell state in x, 2 of the hidden state in y, 3 of the gates in
s (forget, input, cell, output: `units` 16-bit sums each, then 16 bytes of scratch); multiplier and
shift of
4 forget * cell, 6 input * cell gate, 8 output * tanh(cell); 10 zero point of y, 11 limit of the
cell state or 0, 12 factor and 13 shift in front of tanh(cell). w: the table of
`curves.sigmoid_table`.
"""

import struct
from array import array

from .fixed import dot, int8s, requantize, wrap


def dense16(p, x, w, y, s):
    first, rows, depth, w_add, add = p[0], p[1], p[2], p[9], p[18]
    values = [v + p[8] for v in int8s(x, p[3], depth)]
    multiplier, shift = p[p[15]], p[p[16]]
    for r in range(rows):
        row = int8s(w, p[4] + r * depth, depth)
        if w_add:
            row = [v + w_add for v in row]
        v = requantize(wrap(p[p[14] + first + r] + dot(values, row)), multiplier, shift)
        v = min(max(v, -32768), 32767)
        at = p[5] + 2 * (first + r)
        if add:
            v = min(max(v + struct.unpack_from("<h", y, at)[0], -32768), 32767)
        struct.pack_into("<h", y, at, v)


def sigmoid(table, v):
    """65536 steps of logistic(v * 2**-12), as an int16."""
    v *= 3
    size = abs(v)
    n = size >> 9
    if n >= 255:
        y = 0x7FFF << 10
    else:
        y = (table[n] << 9) + (size & 511) * (table[n + 1] - table[n])
    return (y + 512 if v >= 0 else (1 << 25) - y + 511) >> 10


def tanh(table, v):
    """tanh of v, 2**-12 / 3 a step, as an int16."""
    size = abs(v)
    n = size >> 8
    if n >= 255:
        y = 0xFFFF << 8
    else:
        y = (table[n] << 8) + (size & 255) * (table[n + 1] - table[n])
    y -= 1 << 23
    return (y + 128 if v >= 0 else 127 - y) >> 8


def _words(buffer, at, n):
    return array("h", bytes(buffer[at : at + 2 * n]))


def _clamp16(v):
    return min(max(v, -32768), 32767)


def update(p, x, w, y, s):
    n, cell_at, hidden_at, at, zero, clip, factor, down = p[:4] + p[10:14]
    half = (1 << down) >> 1
    cells = _words(x, cell_at, n)
    gates = _words(s, at, 4 * n)
    for i in range(n):
        forget, enter = sigmoid(w, gates[i]), sigmoid(w, gates[n + i])
        cell = _clamp16(requantize(forget * cells[i], p[4], p[5]))
        cell += _clamp16(requantize(enter * tanh(w, 3 * gates[2 * n + i]), p[6], p[7]))
        cell = _clamp16(cell)
        if clip:
            cell = min(max(cell, -clip), clip)
        struct.pack_into("<h", x, cell_at + 2 * i, cell)
        out = tanh(w, (cell * factor + half) >> down) * sigmoid(w, gates[3 * n + i])
        out = requantize(out, p[8], p[9]) + zero
        y[hidden_at + i] = min(max(out, -128), 127) & 255
