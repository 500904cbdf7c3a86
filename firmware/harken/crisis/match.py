"""Looks words up and matches patterns backwards over the last words: inner loops, in viper.

The window is a tuple of arrays, indexed by word number modulo WINDOW: slots (WIDTH symbols a
word, 0 ends them), masks (one bit a context the word stands in), bounds (the boundary before the
word) and prints (one bit for each of the word's symbols, by its low 4 bits); its last array,
until, is indexed by context: the last word that it holds for. A symbol in a slot is 12 bits; bits
12-14 say how many words before this one belong to it (a phrase).

`found` has the symbols of one word and where the patterns lie that end in them: five rows of WIDTH,
SYMBOL, PLACE, SIZE (bytes to read; 0 where no pattern ends), NEAR and FAR: what the prints of the
word before, of one of the eight words before, must share bits with for a pattern to match.
65535 in NEAR stands for any word, and for none.

A pattern is a record: n, effect, then n units (16 bits, little-endian) of elements from right to
left. A unit is 12 bits of symbol; bit 15 says that the next unit is an alternative to this one;
bits 12-14 of an element's first unit say how many words may stand between it and the element to
its right. The last word is not in the record: it is what the record's group is for. Effect 255
marks a phrase: its elements are followed by the unit, as in a word's record, that it adds to its
last word.
"""

try:
    import micropython
except ImportError:  # CPython
    from harken.crisis import plain as micropython
    from harken.crisis.plain import ptr8, ptr16, ptr32

from harken.compat import const

WINDOW = const(32)
WIDTH = const(8)
#: Rows of `found`.
SYMBOL, PLACE, SIZE, NEAR, FAR = 0, 8, 16, 24, 32
FOUND_SIZE = const(40)
#: The smallest piece that is read for a group; bits 12-14 of a unit double it.
PIECE = const(16)
#: Words before the last one that a FAR print is compared with.
REACH = const(8)
#: How long somebody else stays the subject, in words.
OTHER_REACH = const(8)


@micropython.viper
def find_word(table: ptr8, at: int, end: int, h: int, found: ptr16, prints: int) -> int:
    """Copies what table[at:end] has on the word of hash `h` into `found`.

    Returns the number of its symbols, or -1 when it is not there. A record is hash (3 bytes), n of
    symbols with groups (4 bits) and of all symbols (4 bits), then a unit each: symbol | size << 12
    (2 bytes); a symbol with a group has its place (2 bytes) and, where `prints` is not 0, NEAR and
    FAR (2 bytes each) behind it.
    """
    a = h & 255
    b = (h >> 8) & 255
    c = h >> 16
    extra = 2
    if prints:
        extra = 6
    while at < end:
        n = int(table[at + 3]) & 15
        groups = int(table[at + 3]) >> 4
        if table[at] != a or table[at + 1] != b or table[at + 2] != c:
            at += 4 + n + n + groups * extra
            continue
        at += 4
        i = 0
        while i < n:
            unit = int(table[at] | (table[at + 1] << 8))
            at += 2
            found[i] = unit & 0xFFF
            found[16 + i] = 0
            if i < groups:
                found[8 + i] = table[at] | (table[at + 1] << 8)
                found[16 + i] = 16 << (unit >> 12)
                found[24 + i] = 0xFFFF
                if prints:
                    found[24 + i] = table[at + 2] | (table[at + 3] << 8)
                    found[32 + i] = table[at + 4] | (table[at + 5] << 8)
                at += extra
            i += 1
        return n
    return -1


@micropython.viper
def push(window: object, number: int, boundary: int, found: ptr16, n: int, openers: ptr8) -> int:
    """Puts the symbols found[:n] into the window as word `number`; ends and opens contexts.

    `openers` begins with how many symbols it has, then has context << 4 | reach for each: what a
    word with that symbol opens, 0 for nothing. Returns a mask of the symbols whose groups to try.
    """
    slots = ptr16(window[0])
    masks = ptr8(window[1])
    bounds = ptr8(window[2])
    prints = ptr16(window[3])
    until = ptr32(window[4])
    at = number & 31
    own = 0
    reserved = 0
    i = 0
    while i < n:
        symbol = int(found[i])
        slots[at * 8 + i] = symbol
        own |= 1 << (symbol & 15)
        if symbol < 8:
            reserved |= 1 << symbol
        i += 1
    if n < 8:
        slots[at * 8 + n] = 0
    bounds[at] = boundary
    prints[at] = own
    if boundary == 2 or reserved & 32:  # a full stop or BUT ends every context
        i = 0
        while i < 8:
            until[i] = -1
            i += 1
    elif boundary or reserved & 10:  # a comma, I and OTHER end a negation
        until[0] = -1
    if reserved & 6:  # I and ME: nobody else is the subject
        until[7] = -1
    if reserved & 8:
        until[7] = number + 8
    mask = 0
    i = 0
    while i < 8:
        if until[i] >= number:
            mask |= 1 << i
        i += 1
    masks[at] = mask
    near = 0
    far = 0
    i = 1
    while i <= 8 and i <= number:
        word = number - i
        if i == 1:
            near = int(prints[word & 31])
        elif int(bounds[(word + 1) & 31]) == 2:  # no gap crosses a full stop
            break
        far |= int(prints[word & 31])
        i += 1
    wanted = 0
    i = 0
    while i < n:
        if int(found[16 + i]):
            needs = int(found[24 + i])
            if needs == 0xFFFF or needs & near or int(found[32 + i]) & far:
                wanted |= 1 << i
        symbol = int(found[i])
        if symbol < int(openers[0]) and int(openers[1 + symbol]):
            until[int(openers[1 + symbol]) >> 4] = number + (int(openers[1 + symbol]) & 15)
        i += 1
    return wanted


@micropython.viper
def span_of(slots: ptr16, word: int, record: ptr8, at: int, end: int) -> int:
    """How many words more the symbol of `word` covers that is one of record[at:end]; -1: none."""
    i = (word & 31) * 8
    stop = i + 8
    while i < stop:
        slot = int(slots[i])
        if slot == 0:
            return -1
        symbol = slot & 0xFFF
        other = at
        while other < end:
            if (record[other] | ((record[other + 1] & 15) << 8)) == symbol:
                return (slot >> 12) & 7
            other += 2
        i += 1
    return -1


@micropython.viper
def match(
    record: object, at: int, end: int, window: object, last: int, span: int, out: ptr32
) -> int:
    """Finds the next record in record[at:end] whose pattern ends at word `last`.

    `span` is how many words more the last word's symbol covers. Writes the contexts of the
    matched words and the first word's number into out[0:2] and returns the record's place, or
    -1. The nearest word that fits an element is taken; there is no way back.
    """
    data = ptr8(record)
    slots = window[0]
    masks = ptr8(window[1])
    bounds = ptr8(window[2])
    prints = ptr16(window[3])
    oldest = last - 31
    if oldest < 0:
        oldest = 0
    while at < end:
        place = at
        following = at + 2 + 2 * int(data[at])
        end_of_elements = following
        if int(data[place + 1]) == 255:  # a phrase: its unit follows
            following += 2
            if int(data[following - 1]) > 127:
                following += 2
        at += 2
        mask = int(masks[last & 31])
        start = last - span
        while at < end_of_elements:
            first = at
            gap = (int(data[at + 1]) >> 4) & 7
            needs = 1 << (int(data[at]) & 15)
            at += 2
            while int(data[at - 1]) > 127:  # an alternative follows
                needs |= 1 << (int(data[at]) & 15)
                at += 2
            word = start - 1
            farthest = word - gap
            found = -1
            while word >= oldest and word >= farthest:
                if needs & int(prints[word & 31]):
                    found = int(span_of(slots, word, record, first, at))
                if found >= 0 or int(bounds[word & 31]) == 2:
                    break
                word -= 1
            if found < 0:
                start = -1
                break
            mask |= int(masks[word & 31])
            start = word - found
        at = following
        if start >= 0:
            out[0] = mask
            out[1] = start
            return place
    return -1


@micropython.viper
def add_symbol(window: object, number: int, slot: int) -> int:
    """Adds a phrase's symbol to a word; its place there, or -1 where it is known or too many."""
    slots = ptr16(window[0])
    prints = ptr16(window[3])
    base = (number & 31) * 8
    i = 0
    while i < 8:
        here = int(slots[base + i])
        if here == 0:
            slots[base + i] = slot
            if i < 7:
                slots[base + i + 1] = 0
            prints[number & 31] = prints[number & 31] | (1 << (slot & 15))
            return i
        if here == slot:
            return -1
        i += 1
    return -1
