"""Runs several steps as one; p is a tuple of steps. Allocates nothing."""


def each(p, x, w, y, s):
    for f, p1, x1, w1, y1, s1 in p:
        f(p1, x1, w1, y1, s1)
