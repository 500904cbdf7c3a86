"""Maps bytes through a table of 256 words; p: count, offset of x, offset of y; w: the table."""


def widen(p, x, w, y, s):
    n, at, to = p
    for i in range(n):
        k = 4 * x[at + i]
        y[to + 4 * i : to + 4 * i + 4] = w[k : k + 4]
