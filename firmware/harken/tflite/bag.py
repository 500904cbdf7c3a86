"""What runs a GATHER and the SUM behind it; apart from its operator, whose code is dropped."""

from .errors import ModelError


class Bag:
    """Gathers the rows of one sum into the scratch and adds them up, for every sum in turn.

    Args:
        gather, total: the steps of one sum.
        sums: how many there are.
        numbers: bytes of the row numbers of one sum.
        width: bytes of one sum.
    """

    def __init__(self, gather, total, sums, numbers, width):
        self._gather = gather
        self._total = total
        self._sums = sums
        self._numbers = numbers
        self._width = width
        self._at = gather[1][0]
        self._to = total[1][3]

    def run(self, p, x, w, y, s):
        gather, rows, ids, table, scratch, none = self._gather
        total, q, x, w, y, s = self._total
        for i in range(self._sums):
            rows[0] = self._at + i * self._numbers
            q[3] = self._to + i * self._width
            gather(rows, ids, table, scratch, none)
            total(q, x, w, y, s)


class FlashBag:
    """As `Bag`, with rows read from flash: only those that differ from the ones of the last sum.

    Args:
        source, table, rows: where the rows lie, and how many there are.
        changed: the kernel that finds the next row number that differs.
        total: the step of one sum.
        p: parameters of `changed`; p[0] is where the row numbers of the first sum lie.
        held: array of the numbers of the rows that the scratch holds.
        places: a memoryview of the scratch for each of them.
        sums: how many there are.
    """

    def __init__(self, source, table, rows, changed, total, p, held, places, sums):
        self._source = source
        self._table = table
        self._rows = rows
        self._changed = changed
        self._total = total
        self._p = p
        self._held = held
        self._places = places
        self._sums = sums
        self._at = p[0]
        self._to = total[1][3]

    def run(self, p, x, w, y, s):
        held, p = self._held, self._p
        total, q, a, w, y, s = self._total
        count = len(held)
        width = len(self._places[0])
        for k in range(count):
            held[k] = -1  # other operators have used the scratch meanwhile
        for i in range(self._sums):
            p[0], p[1] = self._at + 4 * count * i, 0
            while self._changed(p, x, held, None, None) < count:
                self._fetch(p[1] - 1, width)
            q[3] = self._to + i * width
            total(q, a, w, y, s)

    def _fetch(self, k, width):
        number = self._held[k]
        if not 0 <= number < self._rows:
            raise ModelError("GATHER: row %d: the table has %d" % (number, self._rows))
        self._source.readinto(self._table + number * width, self._places[k])
