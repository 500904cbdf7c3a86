"""Rows of a table by their numbers.

0 offset of x (int32 numbers)   1 offset of w (the table)   2 offset of y
3 batches   4 outer turns   5 numbers a batch   6 rows of the table   7 bytes a row
"""

from ...errors import ModelError


def gather(p, x, w, y, s):
    at, table, to, batches, outers, coords, rows, row = p
    for _ in range(batches):
        for _ in range(outers):
            for k in range(at, at + 4 * coords, 4):
                i = x[k] | x[k + 1] << 8 | x[k + 2] << 16 | x[k + 3] << 24
                if i >= rows:
                    raise ModelError("GATHER: row %d: the table has %d" % (i, rows))
                y[to : to + row] = w[table + i * row : table + i * row + row]
                to += row
            table += rows * row
        at += 4 * coords


def changed(p, x, w, y, s):
    """Finds the next number at x[p[0]:], from number p[1] on, that differs from the one in `w`.

    `w` is an array of int32 and takes the number over; p[1] becomes the index behind it. Returns
    the index, or the length of `w` where no number differs.
    """
    for k in range(p[1], len(w)):
        at = p[0] + 4 * k
        number = x[at] | x[at + 1] << 8 | x[at + 2] << 16 | x[at + 3] << 24
        number -= (number & 1 << 31) << 1
        if number != w[k]:
            w[k] = number
            p[1] = k + 1
            return k
    return len(w)
