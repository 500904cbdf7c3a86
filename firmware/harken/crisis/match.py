"""Matches patterns backwards over the last words: inner loops, in viper.

The window is an array of 16-bit numbers. Its rows are indexed by word number modulo WINDOW:
SLOTS (WIDTH symbols a word, 0 ends them), MASKS (one bit a context the word stands in), BOUNDS (the
boundary before the word), PRINTS (one bit for each of the word's symbols, by its low 4 bits) and
FOLLOWED and REACHED (the same bits of the symbols that a pattern may end in whose last but one
element the word is: directly before it, or with a gap). UNTIL is indexed by context: one more than
the last word that it holds for. A symbol in a slot is 12 bits; bits 12-14 say how many words before
this one belong to it (a phrase).

Behind it stand four rows of WIDTH about the symbols of the last word whose groups are searched:
PLACE and SIZE of the group (its code, see `lexicon`), NEAR and FAR: what the PRINTS of the word
before, of one of the words before, must share bits with for a pattern to match. FAR has 13 bits of
PRINTS, with bits 13 to 15 added to bits 5 to 7; its upper 3 bits say how many words the longest gap
is.

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
_PLACES = const(424)
_SIZES = const(432)
_NEARS = const(440)
_FARS = const(448)
WINDOW_SIZE = const(456)
#: Bytes of `seen`: by the low 8 bits of a symbol, those of the number of the last word that had it.
SEEN_SIZE = const(256)


@micropython.viper
def match(data: ptr8, at: int, w: ptr16, out: ptr32, seen: ptr8) -> int:
    """Finds the next record in the buffer, from `at` on, whose pattern ends at the last word.

    `out` is a search. Returns the record's place, with contexts, first word and where the next
    record is in search[0], [1] and [16]; or -1 when no whole record is left, and search[1] is where
    the rest begins. The nearest word that fits an element is taken; there is no way back.
    """
    last = int(out[11])
    end = int(out[12])
    tail = int(out[13])
    before = int(out[2]) - 1
    oldest = last - 31
    if oldest < 0:
        oldest = 0
    while at < end:
        place = at
        n = int(data[at])
        following = at + 2 + n + n
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
        if n:  # most records are told by when their first element was seen last
            gap = (int(data[at + 1]) >> 4) & 7
            other = at
            while True:
                ago = (before - int(seen[data[other]])) & 255
                if ago <= gap or ago > 200:  # seen in reach, or later and perhaps there, too
                    break
                if int(data[other + 1]) < 128:
                    other = -1
                    break
                other += 2
            if other < 0:
                at = following + tail
                continue
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
                        low = int(w[i]) & 255
                        high = (int(w[i]) >> 8) & 15
                        other = first
                        while other < at:
                            if int(data[other]) == low and int(data[other + 1]) & 15 == high:
                                found = int(w[i]) >> 12  # that many words more belong to it
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
def phrase(
    data: ptr8, at: int, first: int, w: ptr16, search: ptr32, seen: ptr8, memory: ptr8
) -> int:
    """Gives the symbol of the phrase whose record is at data[at] to its last word.

    The phrase begins with the word `first`. What ends in it is searched for, too. `memory` is a
    lexicon's.
    """
    number = int(search[11])
    row = number & 31
    base = row * 8
    at += 2 + 2 * int(data[at])
    unit = int(data[at]) | (int(data[at + 1]) << 8)
    symbol = unit & 0xFFF
    slot = symbol | ((number - first) << 12)
    i = 0
    while i < 8 and w[base + i]:
        if int(w[base + i]) == slot:
            return 0  # it is known
        i += 1
    if i == 8:
        return 0  # too many
    w[base + i] = slot
    seen[symbol & 255] = number & 255
    if i < 7:
        w[base + i + 1] = 0
    w[320 + row] = w[320 + row] | (1 << (symbol & 15))
    w[352 + row] = w[352 + row] | data[at + 2] | (data[at + 3] << 8)
    w[384 + row] = w[384 + row] | data[at + 4] | (data[at + 5] << 8)
    openers = int(memory[2]) | (int(memory[3]) << 8)
    if symbol < int(memory[openers]):
        opened = int(memory[openers + 1 + symbol])
        if opened:
            w[416 + (opened >> 4)] = number + (opened & 15) + 1
    if symbol == 3:  # OTHER
        w[423] = number + 9
        w[256 + row] = w[256 + row] | 128
    if unit > 0x7FFF:  # its group's place follows
        w[424 + i] = data[at + 6] | (data[at + 7] << 8)
        w[432 + i] = (unit >> 12) & 7
        w[440 + i] = 0xFFFF
        w[448 + i] = 0xFFFF
        search[18] = search[18] | (1 << i)
    return 0


@micropython.viper
def combined(tags: int, memory: ptr8) -> int:
    """The highest level of the combinations of tags that are complete."""
    at = int(memory[0]) | (int(memory[1]) << 8)
    end = int(memory[2]) | (int(memory[3]) << 8)
    best = 0
    while at < end:
        needs = int(memory[at]) | (int(memory[at + 1]) << 8)
        if tags & needs == needs and int(memory[at + 2]) > best:
            best = int(memory[at + 2])
        at += 3
    return best
