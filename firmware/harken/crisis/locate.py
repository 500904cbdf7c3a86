"""Tells the country of a place from a coarse table, or says that it cannot.

The table has cells of half a degree (about 55 km). A cell is told when one country alone has
land in it and near it; at borders, in disputed areas, far out at sea and in countries without
helplines in the table the answer is None, and the person has to be asked.

`countries.grid` is "HKG1", the cells' side in tenths of a degree (u8), the number of countries
(u8), the number of rows (u16), the codes (2 letters each), the place of each row in the runs
(u16, from 90 degrees south on) and the runs: length in cells (u8), country (u8, from 1; 0 is
none), from 180 degrees west on.
"""

from harken.compat import const
from harken.crisis.table import folder

MAGIC = b"HKG1"
_HEAD = const(8)
_CHUNK = const(64)


def country(latitude, longitude, path=None):
    """The ISO 3166 code of a place in degrees, or None where the table does not tell it.

    Never raises: a missing or damaged table, and coordinates that are none, give None.
    """
    try:
        with open(path or folder() + "/countries.grid", "rb") as file:
            return _find(file, latitude, longitude)
    except (OSError, ValueError, TypeError, IndexError):
        return None


def _find(file, latitude, longitude):
    if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:
        return None
    head = file.read(_HEAD)
    if head[:4] != MAGIC:
        return None
    rows = head[6] | head[7] << 8
    row = min(int((latitude + 90) * 10 / head[4]), rows - 1)
    cell = min(int((longitude + 180) * 10 / head[4]), 2 * rows - 1)
    places = _HEAD + 2 * head[5]
    file.seek(places + 2 * row)
    place = file.read(2)
    file.seek(places + 2 * rows + (place[0] | place[1] << 8))
    number = _run(file, cell)
    if not number:
        return None
    file.seek(_HEAD + 2 * (number - 1))
    return str(file.read(2), "utf-8")


def _run(file, cell):
    """The country of a cell in the row that begins here."""
    while True:
        runs = file.read(_CHUNK)
        for i in range(0, len(runs), 2):
            if cell < runs[i]:
                return runs[i + 1]
            cell -= runs[i]
        if len(runs) < _CHUNK:
            return 0
