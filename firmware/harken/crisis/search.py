"""Searches the groups of a word's symbols for patterns that end in it, in viper.

`step` goes on, reading from flash, until something is to be done about a match; Python does that
and calls it again. A search is an array of 32-bit numbers, see below.
"""

try:
    import micropython
except ImportError:  # CPython
    from harken.crisis import plain as micropython
    from harken.crisis.plain import ptr8, ptr16, ptr32

from harken.compat import const
from harken.crisis.match import match, phrase

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
# Where in the file to read.
_PIECE_PLACE = const(6)
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
# Whether a record was kept.
_ANY_KEPT = const(20)
SEARCH_SIZE = const(21)
# Bytes that tell a record's order in a large group.
_ORDER_SIZE = const(2)
# What `step` asks for: nothing more, a record in the buffer to be acted upon, one to be kept, those
# kept to be acted upon.
_SEARCHED = const(0)
_ACT = const(3)
_KEEP = const(4)
_ACT_ON_KEPT = const(5)


@micropython.viper
def step(
    buffer: object,
    window: object,
    search: object,
    seen: object,
    memory: object,
    directory: object,
    seek: object,
    readinto: object,
    base: int,
) -> int:
    """Goes on with a search of groups, which begin at `base` in the file; returns what it asks for.

    STEP is 0 before a symbol's group, 3 before the next piece of a large one and 4 inside a piece.
    What the functions called here work on is handed on as objects: a pointer would be made one, on
    the heap.
    """
    b = ptr8(buffer)
    w = ptr16(window)
    out = ptr32(search)
    while True:
        phase = int(out[19])
        if phase == 0:
            i = int(out[3])
            left = int(out[18]) >> i
            if left == 0:
                return 0
            while left & 1 == 0:
                left >>= 1
                i += 1
            out[3] = i
            last = int(out[11])
            out[2] = last - (int(w[(last & 31) * 8 + i]) >> 12)
            code = int(w[432 + i])
            place = base + int(w[424 + i]) * 8
            seek(place)
            if code < 5:
                readinto(buffer, 16 << code)
                out[12] = 2 + int(b[0])
                out[13] = 0
                out[16] = 2
                out[19] = 4
            else:
                parts = 8 << (code - 5)
                readinto(directory, 2 + 2 * parts)
                out[4] = parts
                out[5] = 0
                out[10] = 0
                out[13] = 2
                out[14] = place + 2 + 2 * parts
                out[15] = 0
                out[20] = 0
                choose(window, search)
                out[19] = 3
                phase = 3
        if phase == 3:
            size = int(part(directory, search))
            if size == 0:
                out[19] = 0
                out[3] = int(out[3]) + 1
                if int(out[20]):
                    return 5
                continue
            seek(int(out[6]))
            readinto(buffer, size)
            out[16] = 0
            out[19] = 4
        record = int(match(buffer, int(out[16]), window, search, seen))
        if record >= 0:
            out[17] = record
            if int(out[13]):
                out[20] = 1
                return 4
            if int(b[record + 1]) < 255:
                return 3
            phrase(buffer, record, int(out[1]), window, search, seen, memory)
            continue
        if int(out[13]):
            out[19] = 3
        else:
            out[19] = 0
            out[3] = int(out[3]) + 1


@micropython.viper
def choose(w: ptr16, out: ptr32) -> int:
    """Writes which parts of a group may match into search[8] (no gap) and search[9], a bit each."""
    start = int(out[_START])
    index = int(out[_INDEX])
    parts = int(out[_PARTS]) - 1
    bit = 1 << (int(w[(int(out[_LAST]) & 31) * 8 + index]) & 15)
    near = int(w[440 + index])
    far = int(w[448 + index])
    out[_NEAR] = 0
    out[_FAR] = 0
    word = start - 1
    last = word - (far >> 13)
    if int(w[352 + (word & 31)]) & bit == 0:
        near = 0
    while word >= 0 and word >= last:
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
            if reached & ((own & 0x1FFF) | ((own >> 8) & 0xE0)):
                out[_FAR] = int(out[_FAR]) | part
            i += 1
        near = 0
        if int(w[288 + (word & 31)]) == 2:  # no gap crosses a full stop
            break
        word -= 1
    return 0


@micropython.viper
def part(directory: ptr8, out: ptr32) -> int:
    """Writes place and size of what to read next of the parts that may match; 0 at their end.

    Parts with little between them are read as one, a long part in pieces of 256 bytes that end in
    whole records.
    """
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
        while i <= 2 * parts and between < 17:
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
    out[_RECORDS_END] = size
    out[_LEFT] = 0
    if left > size:
        out[_LEFT] = left
    return size
