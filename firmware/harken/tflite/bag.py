"""What runs a GATHER and the SUM behind it; apart from its operator, whose code is dropped."""


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
