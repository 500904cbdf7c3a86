"""Rows of channels from chosen places.

0 offset of x, 1 offset of y, 2 batches, 3 bytes a batch of x, 4 bytes a run, 5 height, 6 width,
7 ... the offset of each row of x, then the offset of each column.
"""


def nearest(p, x, w, y, s):
    at, to, batches, size, run, height, width = p[:7]
    for _ in range(batches):
        for i in range(height):
            for k in range(width):
                a = at + p[7 + i] + p[7 + height + k]
                y[to : to + run] = x[a : a + run]
                to += run
        at += size
