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

#: What `match` found: contexts of the matched words, the first word's number (or where it stopped).
MASK, FIRST = const(0), const(1)
# Where the last word's symbol begins; parts of its group and the next one.
_START, _PARTS, _NEXT = const(2), const(4), const(5)
#: The symbol's place in `found`, from where on symbols are to be searched; those to be searched.
INDEX, WANTED = const(3), const(18)
#: What to read, in bytes from the first group on, and how much.
PLACE, SIZE = const(6), const(7)
# Parts wanted without and with a gap, one bit each; where in the group the next part lies.
_NEAR, _FAR, _NEXT_PLACE = const(8), const(9), const(10)
#: The number of the last word.
LAST = const(11)
# The end of the records in the buffer, bytes behind each, where parts begin, bytes left of one.
_END, _TAIL, _BASE, _LEFT = const(12), const(13), const(14), const(15)
#: Where the next record is, and the one that matches; what comes next.
NEXT_RECORD, RECORD, PHASE = const(16), const(17), const(19)
#: Bytes that tell a record's order in a large group.
ORDER_SIZE = const(2)
SEARCH_SIZE = const(20)
_PHASE_SYMBOL, _PHASE_GROUP, _PHASE_PARTS = const(0), const(1), const(2)
_PHASE_PART, _PHASE_RECORD = const(3), const(4)

#: What `step` asks for: nothing more, a piece of a group in the buffer, a directory in its own, a
#: record in the buffer to be acted upon, one to be kept, those kept to be acted upon.
DONE, READ, DIRECTORY, ACT, KEEP, ACT_ON_KEPT = range(6)


@micropython.viper
def step(tools: object) -> int:
    """Goes on with a search; returns what it asks for."""
    out = ptr32(tools[2])
    while True:
        phase = int(out[19])
        if phase == 0:
            i = int(out[3])
            left = int(out[18]) >> i
            if left == 0:
                return 0
            if left & 1 == 0:
                out[3] = i + 1
                continue
            out[19] = 1 + int(begin(tools))
            return int(out[19])
        if phase == 1:
            out[12] = 2 + int(ptr8(tools[0])[0])
            out[16] = 2
        elif phase == 2:
            choose(tools)
            out[19] = 3
            continue
        elif phase == 3:
            if int(part(tools)):
                out[16] = 0
                out[19] = 4
                return 1
            out[19] = 0
            out[3] = int(out[3]) + 1
            return 5
        out[19] = 4
        record = int(match(tools, int(out[16])))
        if record >= 0:
            out[17] = record
            return 3 + (int(out[13]) >> 1)
        if int(out[13]):
            out[19] = 3
        else:
            out[19] = 0
            out[3] = int(out[3]) + 1


@micropython.viper
def begin(tools: object) -> int:
    """Sets the search up for the group of a symbol; 1 where it has parts.

    What to read first is the whole group, or its directory.
    """
    w = ptr16(tools[1])
    out = ptr32(tools[2])
    found = ptr16(tools[3])
    index = int(out[3])
    last = int(out[11])
    code = int(found[16 + index]) & 7
    place = int(found[8 + index]) * 2
    out[2] = last - (int(w[(last & 31) * 8 + index]) >> 12)
    out[6] = place
    out[7] = 16 << code
    out[13] = 0
    if code < 5:
        return 0
    parts = 8 << (code - 5)
    size = 2 + 2 * parts
    out[4] = parts
    out[5] = 0
    out[7] = size
    out[10] = 0
    out[13] = 2
    out[14] = place + size
    out[15] = 0
    return 1


@micropython.viper
def choose(tools: object) -> int:
    """Writes which parts of a group may match into search[8] (no gap) and search[9], a bit each."""
    w = ptr16(tools[1])
    out = ptr32(tools[2])
    found = ptr16(tools[3])
    start = int(out[2])
    index = int(out[3])
    parts = int(out[4]) - 1
    bit = 1 << (int(w[(int(out[11]) & 31) * 8 + index]) & 15)
    near = int(found[24 + index])
    far = int(found[32 + index])
    out[8] = 0
    out[9] = 0
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
                out[8] = int(out[8]) | part
            if reached & own:
                out[9] = int(out[9]) | part
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
    left = int(out[15])
    if left:
        left -= int(out[1])
        out[6] = int(out[6]) + int(out[1])
    else:
        parts = int(out[4])
        i = int(out[5])
        place = int(out[10])
        size = 0  # up to the end of the last part that is wanted
        between = 0
        while i <= 2 * parts and between < 33:
            own = int(directory[i]) * 2
            wanted = 1  # the first one always
            if i > parts:
                wanted = int(out[9]) >> (i - parts - 1)
            elif i:
                wanted = int(out[8]) >> (i - 1)
            i += 1
            if own and wanted & 1:
                size += between + own
                between = 0
            elif size:
                between += own
            else:
                place += own
        out[5] = i
        out[6] = int(out[14]) + place
        out[10] = place + size + between
        left = size
    size = left
    if size > 256:
        size = 256
    out[7] = size
    out[12] = size
    out[15] = 0
    if left > size:
        out[15] = left
    return size
