"""LSTM gates and state in 16-bit fixed point.

`dense16` is `dense` with one row of x and 16-bit results: p as in `dense.py`; p[18] says whether
they are added (saturating) to what y holds, and then there is no bias.

`update`: p: 0 units, 1 offset of the cell state in x, 2 of the hidden state in y, 3 of the gates in
s (forget, input, cell, output: `units` 16-bit sums each, then 16 bytes of scratch); multiplier and
shift of 4 forget * cell, 6 input * cell gate, 8 output * tanh(cell); 10 zero point of y, 11 limit
of the cell state or 0, 12 factor and 13 shift in front of tanh(cell). w: `curves.sigmoid_table`.

`loop`: runs the steps of one batch. c: 0 steps, 1 offset of x, 2 its stride, 3 offset of the
output, 4 its stride, 5 offset of the hidden state; parts: (reads the hidden state, kernel, p, x, w,
y, s) of each half of a gate; update, copy: steps.
"""

from array import array

from .fixed import clamped, int8s, products, requantize, requantized, wrapped


def _clamp16(v):
    return -32768 if v < -32768 else 32767 if v > 32767 else v


def _words(buffer, at, n):
    return array("h", bytes(buffer[at : at + 2 * n]))


def dense16(p, x, w, y, s):
    first, rows, depth, w_add = p[0], p[1], p[2], p[9]
    values = [v + p[8] for v in int8s(x, p[3], depth)]
    weights = int8s(w, p[4], rows * depth)
    if w_add:
        weights = [v + w_add for v in weights]
    sums = products(values, weights, depth)
    if not p[18]:
        bias = p[14] + first
        sums = [v + c for v, c in zip(sums, p[bias : bias + rows])]
    sums = wrapped(sums)
    if p[13]:
        m, n = p[15] + first, p[16] + first
        sums = [requantize(v, p[m + r], p[n + r]) for r, v in enumerate(sums)]
    else:
        sums = requantized(sums, p[p[15]], p[p[16]])
    sums = [_clamp16(v) for v in sums]
    at = p[5] + 2 * first
    if p[18]:
        sums = [_clamp16(v + c) for v, c in zip(sums, _words(y, at, rows))]
    y[at : at + 2 * rows] = bytes(array("h", sums))


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


def update(p, x, w, y, s):
    n, cell_at, hidden_at, at, zero, clip, factor, down = p[:4] + p[10:14]
    half = (1 << down) >> 1
    gates = _words(s, at, 4 * n)
    forget = [sigmoid(w, v) for v in gates[:n]]
    enter = [sigmoid(w, v) for v in gates[n : 2 * n]]
    leave = [sigmoid(w, v) for v in gates[3 * n :]]
    fresh = [a * tanh(w, 3 * v) for a, v in zip(enter, gates[2 * n : 3 * n])]
    kept = [a * v for a, v in zip(forget, _words(x, cell_at, n))]
    pairs = zip(requantized(kept, p[4], p[5]), requantized(fresh, p[6], p[7]))
    cells = [_clamp16(_clamp16(a) + _clamp16(b)) for a, b in pairs]
    if clip:
        cells = [min(max(v, -clip), clip) for v in cells]
    x[cell_at : cell_at + 2 * n] = bytes(array("h", cells))
    out = [a * tanh(w, (v * factor + half) >> down) for a, v in zip(leave, cells)]
    y[hidden_at : hidden_at + n] = clamped(requantized(out, p[8], p[9]), zero, -128, 127)


def loop(c, parts, update, copy):
    count, x_at, x_step, y_at, y_step, hidden = c
    for _ in range(count):
        for recurrent, f, p, x, w, y, s in parts:
            p[3] = hidden if recurrent else x_at
            f(p, x, w, y, s)
        f, p, x, w, y, s = update
        f(p, x, w, y, s)
        f, p, x, w, y, s = copy
        p[2] = y_at
        f(p, x, w, y, s)
        x_at += x_step
        y_at += y_step
