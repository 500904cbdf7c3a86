"""Matches patterns backwards over the last words: the inner loops, in viper.

The window is three arrays, indexed by word number modulo WINDOW: `slots` (WIDTH symbols a
word, 0 ends them), `masks` (one bit a context the word stands in) and `bounds` (the boundary
before the word). A symbol in a slot is 12 bits; bits 12-14 say how many words before this one
belong to it (a phrase).

A pattern is a record: n, effect, then n units (16 bits, little-endian) of elements from right to
left. A unit is 12 bits of symbol; bit 15 says that the next unit is an alternative to this one;
bits 12-14 of an element's first unit say how many words may stand between it and the element to
its right. The last word is not in the record: it
is what the record's group is for. Effect 255 marks a phrase: its elements are followed by the
symbol that it adds to its last word.
"""

try:
    import micropython
except ImportError:  # CPython
    from harken.crisis import plain as micropython
    from harken.crisis.plain import ptr8, ptr16, ptr32

from harken.compat import const

WINDOW = const(32)
WIDTH = const(8)
#: The result of `match` when the pattern does not end here.
NO_MATCH = const(-1)


@micropython.viper
def find_word(table: ptr8, end: int, h: int, slots: ptr16) -> int:
    """Copies the symbols of hash `h` into `slots`; returns their number, or -1 when unknown.

    `table` holds records of hash (3 bytes), n, n symbols (2 bytes each).
    """
    a = h & 255
    b = (h >> 8) & 255
    c = h >> 16
    at = 0
    while at < end:
        n = table[at + 3]
        if table[at] == a and table[at + 1] == b and table[at + 2] == c:
            i = 0
            at += 4
            while i < n:
                slots[i] = table[at] | (table[at + 1] << 8)
                at += 2
                i += 1
            slots[n] = 0
            return n
        at += 4 + n + n
    return -1


@micropython.viper
def find_segment(block: ptr8, end: int, symbol: int) -> int:
    """Where the records of `symbol` begin in a block of a group bucket; 0 when it has none."""
    at = 2
    while at < end:
        size = block[at + 2] | (block[at + 3] << 8)
        if (block[at] | (block[at + 1] << 8)) == symbol:
            return at + 4
        at += 4 + size
    return 0


@micropython.viper
def match(record: ptr8, at: int, end: int, window: object, last: int, span: int, out: ptr32) -> int:
    """Finds the next record in record[at:end] whose pattern ends at word `last`.

    `span` is how many words more the last word's symbol covers. Writes the contexts of the
    matched words and the first word's number into out[0:2] and returns the record's place, or
    NO_MATCH. The nearest word that fits an element is taken; there is no way back.
    """
    slots = ptr16(window[0])
    masks = ptr8(window[1])
    bounds = ptr8(window[2])
    oldest = last - 31
    if oldest < 0:
        oldest = 0
    while at < end:
        place = at
        following = at + 2 + 2 * record[at]
        end_of_elements = following
        at += 2
        if int(record[place + 1]) == 255:  # a phrase: its symbol follows
            following += 2
        mask = int(masks[last & 31])
        start = last - span
        k = start - 1
        while at < end_of_elements:
            element = record[at] | (record[at + 1] << 8)
            first = at
            at += 2
            while int(record[at - 1]) > 127:  # passes over the alternatives
                at += 2
            gap = (element >> 12) & 7
            found = -1
            j = 0
            while j <= gap:
                t = k - j
                if t < oldest:
                    break
                if j > 0 and int(bounds[(t + 1) & 31]) == 2:
                    break
                i = (t & 31) * 8
                stop = i + 8
                while i < stop:
                    slot = int(slots[i])
                    if slot == 0:
                        break
                    symbol = slot & 0xFFF
                    other = first
                    while other < at:
                        if (record[other] | ((record[other + 1] & 15) << 8)) == symbol:
                            found = (slot >> 12) & 7
                            other = at
                        other += 2
                    if found >= 0:
                        break
                    i += 1
                if found >= 0:
                    mask |= int(masks[t & 31])
                    start = t - found
                    k = start - 1
                    break
                j += 1
            if found < 0:
                start = -1
                break
        at = following
        if start >= 0:
            out[0] = mask
            out[1] = start
            return place
    return -1


@micropython.viper
def contexts(until: ptr32, number: int) -> int:
    """The mask of the contexts that still hold at word `number`."""
    mask = 0
    i = 0
    while i < 8:
        if until[i] >= number:
            mask |= 1 << i
        i += 1
    return mask


@micropython.viper
def store(slots: ptr16, number: int, found: ptr16, n: int) -> int:
    """Puts found[:n] into the window as word `number`.

    Returns a mask of the reserved symbols (1 to 7) among them.
    """
    base = (number & 31) * 8
    reserved = 0
    i = 0
    while i < n and i < 8:
        symbol = int(found[i])
        slots[base + i] = symbol
        if symbol < 8:
            reserved |= 1 << symbol
        i += 1
    if i < 8:
        slots[base + i] = 0
    return reserved


@micropython.viper
def add_symbol(slots: ptr16, number: int, slot: int) -> int:
    """Adds a phrase's symbol to a word; 1 when it is new there and fits, else 0."""
    base = (number & 31) * 8
    i = 0
    while i < 8:
        here = int(slots[base + i])
        if here == 0:
            break
        if here == slot:
            return 0
        i += 1
    if i == 8:
        return 0
    slots[base + i] = slot
    if i < 7:
        slots[base + i + 1] = 0
    return 1
