"""Copies runs of bytes between strided places.

    0 index of the outer levels in p   1 how many   2 offset of x   3 offset of y
    4 runs of the inner loop   5, 6 its steps in x and y   7 bytes a run
    8 bytes of y to fill first   9 offset of that   10 bytes of the value   11 the value

An outer level is count, step of x, step of y, counter; steps may be negative. Only `filled` uses 8
to 11.
"""

from .loops import advance


def copy(p, x, w, y, s):
    a, c, run = p[2], p[3], p[7]
    while True:
        for i in range(p[4]):
            at, to = a + i * p[5], c + i * p[6]
            y[to : to + run] = x[at : at + run]
        moved = advance(p)
        if moved is None:
            return
        a += moved[0]
        c += moved[1]


def filled(p, x, w, y, s):
    width = p[10]
    pattern = bytes([p[11] >> 8 * k & 255 for k in range(width)])
    y[p[9] : p[9] + p[8]] = pattern * (p[8] // width)
    copy(p, x, w, y, s)
