"""Reads a table of texts from flash, one text at a time.

A table is "HKT1", the number of entries (u16), the entries sorted by key (4 bytes key,
u24 offset from the start of the file, u16 length) and the texts in UTF-8. A look-up is a
binary search with seeks; nothing but the text found is kept in memory.
"""

from harken.compat import const

MAGIC = b"HKT1"
_HEAD = const(6)
_ENTRY = const(9)
_KEY = const(4)


def folder():
    """The folder of this package, where its tables lie."""
    cut = __file__.rfind("/")
    return __file__[:cut] if cut >= 0 else "."


class Table:
    """An open table; close it, or use it in a `with` statement.

    Raises:
        OSError: the file is missing.
        ValueError: it is no table.
    """

    def __init__(self, path):
        self._file = open(path, "rb")
        head = self._file.read(_HEAD)
        if len(head) < _HEAD or head[:4] != MAGIC:
            self._file.close()
            raise ValueError("%s is no table" % path)
        self._count = head[4] | head[5] << 8

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()

    def close(self):
        self._file.close()

    def get(self, key):
        """The text of `key` (4 bytes), or None."""
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            self._file.seek(_HEAD + middle * _ENTRY)
            entry = self._file.read(_ENTRY)
            found = entry[:_KEY]
            if found == key:
                return self._text(entry)
            if found < key:
                low = middle + 1
            else:
                high = middle
        return None

    def _text(self, entry):
        self._file.seek(entry[4] | entry[5] << 8 | entry[6] << 16)
        return str(self._file.read(entry[7] | entry[8] << 8), "utf-8")
