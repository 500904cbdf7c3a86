"""LSTM gates and state; parameters as in `portable/lstm.py`."""

import micropython

from .dense import dots
from .words import scale


@micropython.viper
def _store(p, y, s, first: int, n: int):
    """Brings n accumulators to 16 bits and stores or adds them from output `first` on."""
    q = ptr32(p)
    a = ptr32(int(ptr8(s)) + q[17])
    out = ptr16(int(ptr8(y)) + q[5] + 2 * first)
    i = 0
    while i < n:
        a[i] = a[i] + q[q[14] + first + i]
        k = q[13] * (first + i)
        scale(s, q[17], i, p, q[15] + k, q[16] + k)
        v = a[i]
        if v > 32767:
            v = 32767
        if v < -32768:
            v = -32768
        if q[18]:
            v += (out[i] ^ 0x8000) - 0x8000
            if v > 32767:
                v = 32767
            if v < -32768:
                v = -32768
        out[i] = v
        i += 1


@micropython.viper
def dense16(p, x, w, y, s):
    q = ptr32(p)
    r = 0
    while r < q[1]:
        n = q[1] - r
        if n > 32:
            n = 32
        dots(0, 0, p, x, w, s, q[3], q[4] + r * q[2], n)
        _store(p, y, s, q[0] + r, n)
        r += n


@micropython.viper
def _sigmoid(w, v: int) -> int:
    t = ptr16(w)
    v = v * 3
    size = v
    if v < 0:
        size = 0 - v
    n = size >> 9
    y = 0x7FFF << 10
    if n < 255:
        y = (t[n] << 9) + (size & 511) * (t[n + 1] - t[n])
    if v >= 0:
        return (y + 512) >> 10
    return ((1 << 25) - y + 511) >> 10


@micropython.viper
def _tanh(w, v: int) -> int:
    t = ptr16(w)
    size = v
    if v < 0:
        size = 0 - v
    n = size >> 8
    y = 0xFFFF << 8
    if n < 255:
        y = (t[n] << 8) + (size & 255) * (t[n + 1] - t[n])
    y -= 1 << 23
    if v >= 0:
        return (y + 128) >> 8
    return (127 - y) >> 8


@micropython.viper
def _clamp16(v: int) -> int:
    if v > 32767:
        return 32767
    if v < -32768:
        return -32768
    return v


@micropython.viper
def update(p, x, w, y, s):
    q = ptr32(p)
    n = q[0]
    cells = ptr16(int(ptr8(x)) + q[1])
    hidden = ptr8(int(ptr8(y)) + q[2])
    g = ptr16(int(ptr8(s)) + q[3])
    free = q[3] + 8 * n
    word = ptr32(int(ptr8(s)) + free)
    clip = q[11]
    half = 1
    half = (half << q[13]) >> 1
    i = 0
    while i < n:
        cell = (cells[i] ^ 0x8000) - 0x8000
        word[0] = int(_sigmoid(w, (g[i] ^ 0x8000) - 0x8000)) * cell
        scale(s, free, 0, p, 4, 5)
        v = int(_sigmoid(w, (g[n + i] ^ 0x8000) - 0x8000))
        word[1] = v * int(_tanh(w, ((g[n + n + i] ^ 0x8000) - 0x8000) * 3))
        scale(s, free, 1, p, 6, 7)
        v = int(_clamp16(word[0])) + int(_clamp16(word[1]))
        cell = int(_clamp16(v))
        if clip:
            if cell > clip:
                cell = clip
            if cell < 0 - clip:
                cell = 0 - clip
        cells[i] = cell
        v = int(_tanh(w, (cell * q[12] + half) >> q[13]))
        word[0] = v * int(_sigmoid(w, (g[3 * n + i] ^ 0x8000) - 0x8000))
        scale(s, free, 0, p, 8, 9)
        v = word[0] + q[10]
        if v > 127:
            v = 127
        if v < -128:
            v = -128
        hidden[i] = v
        i += 1


@micropython.viper
def _call(step):
    step[0](step[1], step[2], step[3], step[4], step[5])


@micropython.viper
def loop(c, parts, update, copy):
    """In native code because a board spends longer in bytecode than in small gates."""
    q = ptr32(c)
    count = int(len(parts))
    place = ptr32(copy[1])
    x_at = q[1]
    y_at = q[3]
    t = 0
    while t < q[0]:
        i = 0
        while i < count:
            part = parts[i]
            r = ptr32(part[2])
            r[3] = x_at
            if int(part[0]):
                r[3] = q[5]
            part[1](part[2], part[3], part[4], part[5], part[6])
            i += 1
        _call(update)
        place[2] = y_at
        _call(copy)
        x_at += q[2]
        y_at += q[4]
        t += 1
