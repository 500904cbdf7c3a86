"""Emergency numbers and helplines of a country, read from flash when they are needed."""

from harken.compat import const
from harken.crisis.table import Table, folder

INTERNATIONAL = "**"
_NAME, _PHONE, _TEXT, _HOURS, _LANGUAGES, _CONFIRMED = 0, 1, 2, 3, 4, 5
#: Helplines in one answer: more is a list to read, fewer may be closed.
_SHOWN = const(2)


class Line:
    """One helpline. `phone` or `text` may be ""; `hours` is "24/7", local times or ""."""

    __slots__ = ("name", "phone", "text", "hours", "languages", "confirmed")

    def __init__(self, row):
        field = row.split("\t")
        self.name = field[_NAME]
        self.phone = field[_PHONE]
        self.text = field[_TEXT]
        self.hours = field[_HOURS]
        self.languages = field[_LANGUAGES].split()
        self.confirmed = field[_CONFIRMED] == "1"


class Country:
    """Attributes: code, name, emergency, police ("" where it is the same), rows."""

    __slots__ = ("code", "name", "emergency", "police", "_rows")

    def __init__(self, code, record):
        rows = record.split("\n")
        self.code = code
        self.emergency, self.police, self.name = rows[0].split("\t")
        self._rows = rows[1:]

    def lines(self, language, confirmed=True):
        """Up to two lines: those in `language` first, then those that are always open."""
        ranked = []
        for place, row in enumerate(self._rows):
            line = Line(row)
            if line.confirmed == confirmed:
                rank = (language not in line.languages, line.hours != "24/7", place)
                ranked.append((rank, line))
        ranked.sort(key=lambda pair: pair[0])
        return [line for _, line in ranked[:_SHOWN]]


def find(code, path=None):
    """The `Country` of an ISO 3166 code, or None where the table has none.

    Raises:
        OSError: the table is missing.
        ValueError: it is damaged.
    """
    if not code or len(code) != 2:
        return None
    with Table(path or folder() + "/resources.tab") as table:
        record = table.get(bytes(code.upper(), "utf-8") + b"\0\0")
    return Country(code.upper(), record) if record else None


def international(path=None):
    """(emergency number, directory, second directory) for any country."""
    with Table(path or folder() + "/resources.tab") as table:
        return table.get(bytes(INTERNATIONAL, "utf-8") + b"\0\0").split("\t")
