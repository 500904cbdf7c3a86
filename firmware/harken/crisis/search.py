"""Searches the groups of a word's symbols for patterns that end in it, in viper.

`step` goes on until something is to be read from flash or done about a match; Python does that and
calls it again. A search is an array of 32-bit numbers, see below, that goes with the other buffers
in one tuple: (buffer, window, search, found, directory). A call with many arguments would cost
Python a frame on the heap, and more time than all that is done here for a group.
"""

try:
    import micropython
except ImportError:  # CPython
    from harken.crisis import plain as micropython
    from harken.crisis.plain import ptr8, ptr16, ptr32

from harken.compat import const
from harken.crisis.match import match

# Private consts, as in `reader`. What `match` found: contexts of the matched words, the first
# word's number (or where it stopped).
_MASK = const(0)
_FIRST = const(1)
# Where the last word's symbol begins; its place in `found`, from where on symbols are to be
# searched; parts of its group and the next one.
_START = const(2)
_INDEX = const(3)
_PARTS = const(4)
_NEXT = const(5)
# What to read, in bytes from the first group on, and how much.
_PIECE_PLACE = const(6)
_PIECE_SIZE = const(7)
# Parts wanted without and with a gap, one bit each; where in the group the next part lies.
_NEAR = const(8)
_FAR = const(9)
_NEXT_PLACE = const(10)
# The number of the last word; the end of the records in the buffer, bytes behind each, where parts
# begin, bytes left of a long one.
_LAST = const(11)
_RECORDS_END = const(12)
_TAIL = const(13)
_BASE = const(14)
_LEFT = const(15)
# Where the next record is, and the one that matches; the symbols to be searched; what comes next.
_NEXT_RECORD = const(16)
_RECORD = const(17)
_SYMBOLS = const(18)
_STEP = const(19)
SEARCH_SIZE = const(20)
# Bytes that tell a record's order in a large group.
_ORDER_SIZE = const(2)
# What `step` asks for: nothing more, a piece of a group in the buffer, a directory in its own, a
# record in the buffer to be acted upon, one to be kept, those kept to be acted upon.
_SEARCHED = const(0)
_READ = const(1)
_DIRECTORY = const(2)
_ACT = const(3)
_KEEP = const(4)
_ACT_ON_KEPT = const(5)


@micropython.viper
def step(tools: object) -> int:
    """Goes on with a search; returns what it asks for."""
    out = ptr32(tools[2])
    while True:
        phase = int(out[_STEP])
        if phase == 0:
            i = int(out[_INDEX])
            left = int(out[_SYMBOLS]) >> i
            if left == 0:
                return _SEARCHED
            if left & 1 == 0:
                out[_INDEX] = i + 1
                continue
            out[_STEP] = 1 + int(begin(tools))
            return int(out[_STEP])
        if phase == 1:
            out[_RECORDS_END] = 2 + int(ptr8(tools[0])[0])
            out[_NEXT_RECORD] = 2
        elif phase == 2:
            choose(tools)
            out[_STEP] = 3
            continue
        elif phase == 3:
            if int(part(tools)):
                out[_NEXT_RECORD] = 0
                out[_STEP] = 4
                return _READ
            out[_STEP] = 0
            out[_INDEX] = int(out[_INDEX]) + 1
            return _ACT_ON_KEPT
        out[_STEP] = 4
        record = int(match(tools, int(out[_NEXT_RECORD])))
        if record >= 0:
            out[_RECORD] = record
            return _ACT + (int(out[_TAIL]) >> 1)
        if int(out[_TAIL]):
            out[_STEP] = 3
        else:
            out[_STEP] = 0
            out[_INDEX] = int(out[_INDEX]) + 1


@micropython.viper
def begin(tools: object) -> int:
    """Sets the search up for the group of a symbol; 1 where it has parts.

    What to read first is the whole group, or its directory.
    """
    w = ptr16(tools[1])
    out = ptr32(tools[2])
    found = ptr16(tools[3])
    index = int(out[_INDEX])
    last = int(out[_LAST])
    code = int(found[16 + index]) & 7
    place = int(found[8 + index]) * 2
    out[_START] = last - (int(w[(last & 31) * 8 + index]) >> 12)
    out[_PIECE_PLACE] = place
    out[_PIECE_SIZE] = 16 << code
    out[_TAIL] = 0
    if code < 5:
        return 0
    parts = 8 << (code - 5)
    size = 2 + 2 * parts
    out[_PARTS] = parts
    out[_NEXT] = 0
    out[_PIECE_SIZE] = size
    out[_NEXT_PLACE] = 0
    out[_TAIL] = 2
    out[_BASE] = place + size
    out[_LEFT] = 0
    return 1


@micropython.viper
def choose(tools: object) -> int:
    """Writes which parts of a group may match into search[8] (no gap) and search[9], a bit each."""
    w = ptr16(tools[1])
    out = ptr32(tools[2])
    found = ptr16(tools[3])
    start = int(out[_START])
    index = int(out[_INDEX])
    parts = int(out[_PARTS]) - 1
    bit = 1 << (int(w[(int(out[_LAST]) & 31) * 8 + index]) & 15)
    near = int(found[24 + index])
    far = int(found[32 + index])
    out[_NEAR] = 0
    out[_FAR] = 0
    word = start - 1
    if int(w[352 + (word & 31)]) & bit == 0:
        near = 0
    while word >= 0 and word >= start - 8:
        reached = 0
        if int(w[384 + (word & 31)]) & bit:
            reached = far
        i = (word & 31) * 8
        stop = i + 8
        while near | reached and i < stop and w[i]:
            own = 1 << (int(w[i]) & 15)
            part = 1 << ((int(w[i]) >> 4) & parts)
            if near & own:
                out[_NEAR] = int(out[_NEAR]) | part
            if reached & own:
                out[_FAR] = int(out[_FAR]) | part
            i += 1
        near = 0
        if int(w[288 + (word & 31)]) == 2:  # no gap crosses a full stop
            break
        word -= 1
    return 0


@micropython.viper
def part(tools: object) -> int:
    """Writes place and size of what to read next of the parts that may match; 0 at their end.

    Parts with little between them are read as one, a long part in pieces of 256 bytes that end in
    whole records.
    """
    out = ptr32(tools[2])
    directory = ptr8(tools[4])
    left = int(out[_LEFT])
    if left:
        left -= int(out[_FIRST])
        out[_PIECE_PLACE] = int(out[_PIECE_PLACE]) + int(out[_FIRST])
    else:
        parts = int(out[_PARTS])
        i = int(out[_NEXT])
        place = int(out[_NEXT_PLACE])
        size = 0  # up to the end of the last part that is wanted
        between = 0
        while i <= 2 * parts and between < 33:
            own = int(directory[i]) * 2
            wanted = 1  # the first one always
            if i > parts:
                wanted = int(out[_FAR]) >> (i - parts - 1)
            elif i:
                wanted = int(out[_NEAR]) >> (i - 1)
            i += 1
            if own and wanted & 1:
                size += between + own
                between = 0
            elif size:
                between += own
            else:
                place += own
        out[_NEXT] = i
        out[_PIECE_PLACE] = int(out[_BASE]) + place
        out[_NEXT_PLACE] = place + size + between
        left = size
    size = left
    if size > 256:
        size = 256
    out[_PIECE_SIZE] = size
    out[_RECORDS_END] = size
    out[_LEFT] = 0
    if left > size:
        out[_LEFT] = left
    return size
