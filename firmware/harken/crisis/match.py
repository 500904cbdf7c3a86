"""Looks words up and matches patterns backwards over the last words: inner loops, in viper.

The window is an array of 16-bit numbers. Its rows are indexed by word number modulo WINDOW:
SLOTS (WIDTH symbols a word, 0 ends them), MASKS (one bit a context the word stands in), BOUNDS (the
boundary before the word), PRINTS (one bit for each of the word's symbols, by its low 4 bits) and
FOLLOWED and REACHED (the same bits of the symbols that a pattern may end in whose last but one
element the word is: directly before it, or with a gap). UNTIL is indexed by context: one more than
the last word that it holds for. A symbol in a slot is 12 bits; bits 12-14 say how many words before
this one belong to it (a phrase).

`found` has the symbols of one word and where the patterns lie that end in them: five rows of WIDTH,
SYMBOL, PLACE, SIZE (its code, see `lexicon`, and bit 3; 0 where no pattern ends), NEAR and FAR:
what the PRINTS of the word before, of one of the eight words before, must share bits with for a
pattern to match. Then ALWAYS, one bit for each symbol that is a pattern by itself, and the word's
FOLLOWED and REACHED.

A pattern is a record: n, effect, then n units (16 bits, little-endian) of elements from right to
left. A unit is 12 bits of symbol; bit 15 says that the next unit is an alternative to this one;
bits 12-14 of an element's first unit say how many words may stand between it and the element to
its right. The last word is not in the record: it is what the record's group is for. Effect 255
marks a phrase: its elements are followed by the unit that it adds to its last word (with the size
of the symbol's group, as in a word's record; bit 15 says that the group's place stands behind all)
and the FOLLOWED and REACHED of that symbol.
"""

try:
    import micropython
except ImportError:  # CPython
    from harken.crisis import plain as micropython
    from harken.crisis.plain import ptr8, ptr16, ptr32

from harken.compat import const

WIDTH = const(8)
# Private consts, as in `reader`: words of the window, its rows and its size.
_WORDS = const(32)
_SLOTS = const(0)
_MASKS = const(256)
_BOUNDS = const(288)
_PRINTS = const(320)
_FOLLOWED = const(352)
_REACHED = const(384)
_UNTIL = const(416)
WINDOW_SIZE = const(424)
# Rows of `found` (symbols are the first), and what stands behind them.
_PLACES = const(8)
_SIZES = const(16)
_NEARS = const(24)
_FARS = const(32)
_ALWAYS = const(40)
_OWN_FOLLOWED = const(41)
_OWN_REACHED = const(42)
FOUND_SIZE = const(43)


@micropython.viper
def find_word(table: ptr8, at: int, end: int, h: int, found: ptr16) -> int:
    """Copies what table[at:end] has on the word of hash `h` into `found`.

    Returns the number of its symbols, or -1 when it is not there. A record is hash (3 bytes), n of
    symbols with groups (4 bits) and of all symbols (4 bits); where it has symbols, FOLLOWED and
    REACHED (2 bytes each); then a unit each: symbol | size << 12 (2 bytes; bit 15: ALWAYS); a
    symbol with a group has its place, NEAR and FAR (2 bytes each) behind it.
    """
    a = h & 255
    b = (h >> 8) & 255
    c = h >> 16
    while at < end:
        n = int(table[at + 3]) & 15
        groups = int(table[at + 3]) >> 4
        if table[at] != a or table[at + 1] != b or table[at + 2] != c:
            at += 4 + n + n + groups * 6
            if n:
                at += 4
            continue
        if n == 0:
            return 0
        found[40] = 0
        found[41] = table[at + 4] | (table[at + 5] << 8)
        found[42] = table[at + 6] | (table[at + 7] << 8)
        at += 8
        i = 0
        while i < n:
            unit = int(table[at] | (table[at + 1] << 8))
            at += 2
            found[i] = unit & 0xFFF
            found[16 + i] = 0
            if i < groups:
                if unit > 0x7FFF:
                    found[40] = found[40] | (1 << i)
                found[8 + i] = table[at] | (table[at + 1] << 8)
                found[16 + i] = 8 | ((unit >> 12) & 7)
                found[24 + i] = table[at + 2] | (table[at + 3] << 8)
                found[32 + i] = table[at + 4] | (table[at + 5] << 8)
                at += 6
            i += 1
        return n
    return -1


@micropython.viper
def push(window: object, number: int, boundary: int, found: object, n: int, memory: ptr8) -> int:
    """Puts the symbols found[:n] into the window as word `number`; ends and opens contexts.

    `memory` is the lexicon's: its openers begin with how many symbols they have, then have
    context << 4 | reach for each: what a word with that symbol opens, 0 for nothing. Returns a
    mask of the symbols whose groups to try.
    """
    w = ptr16(window)
    own = ptr16(found)
    at = number & 31
    prints = 0
    reserved = 0
    i = 0
    while i < n:
        symbol = int(own[i])
        w[at * 8 + i] = symbol
        prints |= 1 << (symbol & 15)
        if symbol < 8:
            reserved |= 1 << symbol
        i += 1
    if i < 8:
        w[at * 8 + i] = 0
    w[288 + at] = boundary
    w[320 + at] = prints
    w[352 + at] = 0
    w[384 + at] = 0
    if n > 0:
        w[352 + at] = own[41]
        w[384 + at] = own[42]
    if boundary == 2 or reserved & 32:  # a full stop or BUT ends every context
        i = 416
        while i < 424:
            w[i] = 0
            i += 1
    elif boundary or reserved & 10:  # a comma, I and OTHER end a negation
        w[416] = 0
    if reserved & 6:  # I and ME: nobody else is the subject
        w[423] = 0
    if reserved & 8:
        w[423] = number + 9
    mask = 0
    i = 0
    while i < 8:
        if int(w[416 + i]) > number:
            mask |= 1 << i
        i += 1
    w[256 + at] = mask
    if n < 1:
        return 0
    openers = int(memory[2]) | (int(memory[3]) << 8)
    i = 0
    while i < n:
        symbol = int(own[i])
        if symbol < int(memory[openers]):
            opened = int(memory[openers + 1 + symbol])
            if opened:
                w[416 + (opened >> 4)] = number + (opened & 15) + 1
        i += 1
    return int(groups(window, number, found, n))


@micropython.viper
def groups(w: ptr16, number: int, found: ptr16, n: int) -> int:
    """A mask of the symbols found[:n] whose groups may hold a pattern that ends at the word."""
    wanted = int(found[40])
    if number == 0:
        return wanted
    near = int(w[320 + ((number - 1) & 31)])
    followed = int(w[352 + ((number - 1) & 31)])
    last = 1  # how far a gap reaches back: never over a full stop
    reached = int(w[384 + ((number - 1) & 31)])
    while last < 8 and last < number and int(w[288 + ((number - last) & 31)]) != 2:
        last += 1
        reached |= int(w[384 + ((number - last) & 31)])
    i = 0
    while i < n:
        bit = 1 << (int(found[i]) & 15)
        if int(found[16 + i]) == 0:
            i += 1
            continue
        if int(found[24 + i]) & near and followed & bit:
            wanted |= 1 << i
        elif reached & bit and int(found[32 + i]):
            far = int(found[32 + i])
            k = number - last
            while k < number:
                if far & int(w[320 + (k & 31)]) and int(w[384 + (k & 31)]) & bit:
                    wanted |= 1 << i
                    break
                k += 1
        i += 1
    return wanted


@micropython.viper
def match(tools: object, at: int) -> int:
    """Finds the next record in the buffer, from `at` on, whose pattern ends at the last word.

    `tools` are those of `search`. Returns the record's place, with contexts, first word and where
    the next record is in search[0], [1] and [16]; or -1 when no whole record is left, and search[1]
    is where the rest begins. The nearest word that fits an element is taken; there is no way back.
    """
    data = ptr8(tools[0])
    w = ptr16(tools[1])
    out = ptr32(tools[2])
    last = int(out[11])
    end = int(out[12])
    tail = int(out[13])
    oldest = last - 31
    if oldest < 0:
        oldest = 0
    while at < end:
        place = at
        following = at + 2 + 2 * int(data[at])
        if following + tail > end:  # cut off
            break
        end_of_elements = following
        if int(data[place + 1]) == 255:  # a phrase: its unit follows
            following += 6
            if following + tail > end:
                break
            if int(data[end_of_elements + 1]) > 127:
                following += 2
                if following + tail > end:
                    break
        at += 2
        mask = int(w[256 + (last & 31)])
        start = int(out[2])
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
                if needs & int(w[320 + (word & 31)]):
                    i = (word & 31) * 8
                    stop = i + 8
                    while found < 0 and i < stop and w[i]:
                        other = first
                        while other < at:
                            unit = int(data[other]) | ((int(data[other + 1]) & 15) << 8)
                            if unit == int(w[i]) & 0xFFF:  # that many words more belong to it
                                found = (int(w[i]) >> 12) & 7
                                break
                            other += 2
                        i += 1
                if found >= 0 or int(w[288 + (word & 31)]) == 2:
                    break
                word -= 1
            if found < 0:
                start = -1
                break
            mask |= int(w[256 + (word & 31)])
            start = word - found
        at = following + tail
        if start >= 0:
            out[0] = mask
            out[1] = start
            out[16] = at
            return place
    out[1] = at
    return -1


@micropython.viper
def add_symbol(w: ptr16, number: int, slot: int, followed: int, reached: int) -> int:
    """Adds a phrase's symbol to a word; its place there, or -1 where it is known or too many."""
    at = number & 31
    base = at * 8
    i = 0
    while i < 8:
        here = int(w[base + i])
        if here == 0:
            w[base + i] = slot
            if i < 7:
                w[base + i + 1] = 0
            w[320 + at] = w[320 + at] | (1 << (slot & 15))
            w[352 + at] = w[352 + at] | followed
            w[384 + at] = w[384 + at] | reached
            return i
        if here == slot:
            return -1
        i += 1
    return -1


@micropython.viper
def bucket(memory: ptr8, h: int) -> int:
    """Where the bucket of hash `h` lies, in UNITs, << 4 | how many it takes.

    `memory` is a lexicon's, which says what UNITs are.
    """
    number = h & (int(memory[16]) | (int(memory[17]) << 8))
    top = (int(memory[6]) | (int(memory[7]) << 8)) + ((number >> 4) << 1)
    sizes = int(memory[8]) | (int(memory[9]) << 8)
    place = int(memory[top]) | (int(memory[top + 1]) << 8)
    i = number & 0xFFF0
    size = 0
    while i <= number:
        place += size
        size = (int(memory[sizes + (i >> 1)]) >> ((i & 1) << 2)) & 15
        i += 1
    return (place << 4) | size
