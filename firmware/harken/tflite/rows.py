"""What fetches rows of a table from flash; apart from its operator, whose code is dropped."""

from array import array

from .errors import ModelError


class Rows:
    """Reads rows of a constant table from its source; parameters as of the kernel `gather`."""

    def __init__(self, ctx, at, row):
        self._source = ctx.source
        self._at = at
        self._copy = ctx.kernel("move", "copy")
        self._row = bytearray(row)
        self._p = array("i", (row, 0, 0))

    def run(self, p, x, w, y, s):
        at, table, self._p[2] = p[0], self._at, p[2]
        for _ in range(p[3]):
            for _ in range(p[4]):
                self._some(p, x, y, at, table)
                table += p[6] * p[7]
            at += 4 * p[5]

    def _some(self, p, x, y, at, table):
        row, last = self._row, -1
        for k in range(at, at + 4 * p[5], 4):
            i = x[k] | x[k + 1] << 8 | x[k + 2] << 16 | x[k + 3] << 24
            if i >= p[6]:
                raise ModelError("GATHER: row %d: the table has %d" % (i, p[6]))
            if i != last:
                self._source.readinto(table + i * p[7], row)
                last = i
            self._copy(self._p, row, None, y, None)
            self._p[2] += p[7]
