"""Which module of `ops` runs which builtin operator. A new operator is a new row."""

from .compat import leaf
from .errors import ModelError

# builtin code, name, module. One string: on a board this is one allocation instead of fifty.
_ROWS = """
0 ADD add
9 FULLY_CONNECTED fully_connected
14 LOGISTIC activation
18 MUL mul
22 RESHAPE reshape
25 SOFTMAX softmax
28 TANH activation
41 SUB add
55 MAXIMUM maximum
57 MINIMUM maximum
99 SQUARED_DIFFERENCE squared_difference
"""


def _row(code):
    at = _ROWS.find("\n%d " % code)
    return _ROWS[at + 1 : _ROWS.find("\n", at + 1)].split(" ") if at >= 0 else None


def name(code):
    """The operator's name in the schema; its number where this interpreter does not know it."""
    row = _row(code)
    return row[1] if row else "BUILTIN_%d" % code


def find(code):
    """The module that runs the operator. `ModelError` where there is none."""
    row = _row(code)
    if row is None:
        raise ModelError("builtin operator %d is not supported" % code)
    return leaf(__name__.rsplit(".", 1)[0] + ".ops." + row[2])


def supported():
    """The names of all operators."""
    return [row.split(" ")[1] for row in _ROWS.split("\n") if row]
