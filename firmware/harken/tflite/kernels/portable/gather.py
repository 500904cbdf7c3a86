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
