"""From accumulators to int8; parameters as in `viper/rows.py`."""

from . import inside, load, need, tables

_requantize = load("rows").requantize


def requantize(p, s, y, count, first, to):
    need(count > 0 and first >= 0 and p[17] % 4 == 0, "sizes")
    tables(p, first, count)
    inside(s, p[17], 4 * count, "s")
    inside(y, to, count, "y")
    need(_requantize(p, s, y, count, first, to) == 0, "call")
