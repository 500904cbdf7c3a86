"""Moving bytes."""


def copy(p, x, w, y, s):
    """p: bytes, offset in x, offset in y."""
    n, at, to = p
    y[to : to + n] = x[at : at + n]
