"""Reads plain words, looks them up and takes them in, in viper, until Python is needed.

Most words are plain: letters, known or like no word of danger, and joined to no other. What is
known of them all stands in `out`, behind what `scan` writes there: where to go on in the text
and how (PHASE), what was found, and what `disguise` has to know of the words before. Here, and not
in functions of their own, is done what every word takes: a call costs more than most of it.
"""

try:
    import micropython
except ImportError:  # CPython
    from harken.crisis import plain as micropython
    from harken.crisis.plain import ptr8, ptr16, ptr32

from harken.compat import const
from harken.crisis.letters import typo
from harken.crisis.pieces import join
from harken.crisis.scan import KINDS, apostrophe, gap
from harken.crisis.search import step

# Consts stand once a line and are private: MicroPython then keeps none of them on the heap. Other
# modules repeat those that they use under the same names; a test compares them.
# Where in the text the next word begins and the text ends; what to do first (see `read`).
_POS = const(8)
_END = const(9)
_PHASE = const(10)
# The last word's number of symbols (-1: unknown), what a search asks for, how many words there
# were.
_FOUND = const(11)
_WANTED = const(12)
_COUNT = const(13)
# For `disguise`: words that make up the joined one, whether the last word was unknown, letters of
# a run of single ones, bytes and flags of the word that was kept, bytes of the joined word.
_PIECES = const(14)
_UNKNOWN = const(15)
_RUN_LENGTH = const(16)
_KEPT = const(17)
_KEPT_FLAGS = const(18)
_JOINED = const(19)
# The hash to look up for Python; where the record is that was found, doubled, and 1 more where
# that is in memory and not in the buffer; where lines, groups and typo lists begin in the file.
_ASKED = const(20)
_PLACE = const(21)
_LINES = const(22)
_GROUPS = const(23)
_TYPOS = const(24)
# Bytes of the joined word's last piece.
_LAST_PIECE = const(25)
# Where the text ends of which a piece is read, and how long a piece is.
_WHOLE = const(26)
_CHUNK = const(160)
OUT_SIZE = const(27)
# Rows of `chars`: the word, the one before it that was kept, a run of single letters and how many
# words each of these stands for, the joined word.
_KEPT_CHARS = const(32)
_RUN_CHARS = const(64)
_RUN_WORDS = const(80)
_JOINED_CHARS = const(96)
_CHARS_SIZE = const(128)
# What `read` begins with: the next word, or a search that goes on; or, for Python and nothing
# else, reading a word, looking up a hash, taking in what was found (and going on with its search).
_NEXT_WORD = const(0)
_GO_ON = const(1)
_SCAN = const(2)
_LOOK_UP = const(3)
_TAKE = const(4)
_GO_ON_ALONE = const(6)
# Besides: the search for a joined word goes on; a word near one with a typo, a joined one.
_GO_ON_JOINED = const(5)
_MENDED = const(7)
_TRY_JOINED = const(8)
# Why `read` stopped: at the text's end (or it has done what Python asked for), for what a search
# asks for, at a word that is not plain, at an unknown one that may be a disguise, or behind one
# that may be joined to others.
_DONE = const(0)
_ANSWER = const(1)
_ODD = const(3)
_STRANGE = const(4)
_JOINT = const(5)


@micropython.viper
def clear(seen: ptr8):
    """Makes it long ago that a symbol was seen."""
    i = 0
    while i < 256:
        seen[i] = 128
        seen[i + 1] = 128
        seen[i + 2] = 128
        seen[i + 3] = 128
        i += 4


@micropython.viper
def reset(out: ptr32, w: ptr16, seen: object):
    """Forgets the text before: its words, its contexts and what `disguise` knows."""
    i = 10
    while i < 22:
        out[i] = 0
        i += 1
    out[25] = 0
    i = 416
    while i < 424:
        w[i] = 0
        i += 1
    clear(seen)


@micropython.viper
def read(data: object, tools: object) -> int:
    """Reads words of `data` until something is to be done in Python; returns what.

    `tools` are out, a lexicon's memory, the buffer, the window, a search, chars, the buffer of a
    directory (see `search`), the methods seek and readinto of the lexicon's file and `seen`.

    A record of a word is hash (3 bytes) and half its size (6 bits; bits 6 and 7: it has FOLLOWED,
    REACHED); then these two (2 bytes each) where they are not 0; then a unit for each symbol:
    symbol | code of the group << 12 (2 bytes; bit 15: it has a group). Behind that of a symbol with
    a group stand the place of this (2 bytes; bits 14 and 15: it has NEAR, FAR) and these two (2
    bytes each) where they are not 0; all ones, they mean that no word is needed. See `match` for
    these and for what a word does to the window.
    """
    at = 0  # first, and so in a register
    out = tools[0]
    memory = tools[1]
    buffer = tools[2]
    window = tools[3]
    search = tools[4]
    chars = tools[5]
    directory = tools[6]
    seek = tools[7]
    readinto = tools[8]
    seen = tools[9]
    text = ptr8(data)
    o = ptr32(out)
    m = ptr8(memory)
    b = ptr8(buffer)
    w = ptr16(window)
    s = ptr32(search)
    letters = ptr8(chars)
    when = ptr8(seen)
    r = m
    first = 0
    stop = 0
    wanted = 0
    pos = int(o[8])
    end = int(o[9])
    phase = int(o[10])
    n = int(o[11])
    o[10] = 0
    openers = int(m[2]) | (int(m[3]) << 8)
    opening = int(m[openers])
    while True:
        if phase == 0 or phase == 2:
            # What stands before the word: mostly one space.
            c = 0
            if pos + 1 < end and int(text[pos]) == 32:
                c = int(text[pos + 1])
            if c > 96 and c < 123:
                pos += 1
                o[2] = 0
                o[3] = 0
                o[4] = 0
            else:
                pos = int(gap(data, pos, end, out, KINDS))
                if int(o[7]) > 5:
                    o[1] = 1
                    o[5] = 4
                    o[8] = pos
                    return 3
            # The word, and where it ends without an 's.
            first = pos
            stop = 0
            flags = 0
            h = 0
            n = 0
            last = 0
            while pos < end:
                c = int(text[pos])
                if c > 96 and c < 123:
                    flags |= 2
                elif c > 47 and c < 58:
                    flags |= 1
                elif c == 39 and flags & 2:
                    size = int(apostrophe(data, pos, end, last, n))
                    if size == 1:
                        pos += 1
                        continue
                    stop = pos
                    pos += size
                    break
                else:
                    break
                h = ((h ^ c) * 0x5BD1E9 + 7) & 0xFFFFFF
                if n < 32:
                    letters[n] = c
                    n += 1
                last = c
                pos += 1
            if stop == 0:
                stop = pos
            o[0] = h
            o[1] = n
            o[5] = flags
            o[8] = pos
            if n == 0 and end < int(o[26]):
                # The next piece: it ends before a space, if possible.
                pos = end
                end += 160
                if end >= int(o[26]):
                    end = int(o[26])
                else:
                    c = end - 1
                    while c > pos and int(text[c]) != 32:
                        c -= 1
                    if c > pos:
                        end = c
                o[9] = end
                continue
            if n == 0 or phase == 2:
                return 0
            if flags != 2:  # not of letters alone
                return 3
            o[20] = h
        if phase == 0 or phase == 3 or phase > 6:
            # The word's record: in memory, else in its line.
            h = int(o[20])
            r = m
            at = (int(m[4]) | (int(m[5]) << 8)) + ((h & 31) << 1)
            until = int(m[at + 2]) | (int(m[at + 3]) << 8)
            at = int(m[at]) | (int(m[at + 1]) << 8)
            low = h & 0xFF
            high = h >> 8
            head = 0
            n = -1
            looked = 0
            while True:
                while at < until:
                    head = int(r[at + 3])
                    if int(r[at]) == low and int(r[at + 1]) | (int(r[at + 2]) << 8) == high:
                        n = (head & 63) - 2
                        break
                    at += (head & 63) << 1
                    if head == 0:
                        break
                if n >= 0 or looked:
                    break
                looked = 1
                at = ((h & 0xFFFF) * (int(m[14]) | (int(m[15]) << 8))) >> 16
                at = int(m[(int(m[6]) | (int(m[7]) << 8)) + at]) * 0x9E3B
                at = (((h ^ at) * 0x5BD1E9) & 0xFFFFFF) >> 8
                at = (at * (int(m[16]) | (int(m[17]) << 8))) >> 16
                seek(int(o[22]) + at * 40)
                readinto(buffer, 40)
                r = b
                at = 0
                until = 37  # the shortest record has 4 bytes
            if n == 2 and head == 0xC4:  # a long record lies elsewhere
                at += 4
                head = int(o[22]) + ((int(b[at]) | (int(b[at + 1]) << 8)) << 1)
                seek(head)
                readinto(buffer, int(b[at + 2]))
                at = 0
            if phase == 3:
                o[11] = n
                o[21] = at << 1
                if looked == 0:
                    o[21] = (at << 1) | 1
                return 0
            if phase == 8:  # in place of its pieces
                if n < 0:
                    phase = 0
                    continue
                o[13] = int(o[13]) - int(o[14])
                o[14] = 1
                o[2] = 0
            elif phase == 0 and n < 0 and int(o[1]) > 2:
                # An unknown word that repeats letters, or is near one of danger.
                run = 0
                longest = 0
                last = 0
                at = first
                while at < stop:
                    c = int(text[at])
                    if c == last:
                        run += 1
                    elif c != 39:
                        run = 1
                        last = c
                    if run > longest:
                        longest = run
                    at += 1
                o[6] = longest
                if longest > 2:
                    return 4
                last = int(o[1])
                h = int(typo(chars, last, directory, memory, buffer, seek, readinto, int(o[24])))
                if h >= 0:
                    o[20] = h
                    phase = 7
                    continue
            if phase < 8:
                o[11] = n
        elif phase == 4:
            r = b
            if int(o[21]) & 1:
                r = m
            at = int(o[21]) >> 1
        if phase == 0 or phase == 4 or phase > 6:
            # What the word puts into the window.
            number = int(o[13])
            o[13] = number + 1
            boundary = int(o[2])
            row = number & 31
            slot = row << 3
            prints = 0
            followed = 0
            reached = 0
            reserved = 0
            opens = 0
            wanted = 0
            i = 0
            if n > 0:
                head = int(r[at + 3])
                until = at + ((head & 63) << 1)
                at += 4
                if head & 64:
                    followed = int(r[at]) | (int(r[at + 1]) << 8)
                    at += 2
                if head & 128:
                    reached = int(r[at]) | (int(r[at + 1]) << 8)
                    at += 2
                before = (number - 1) & 31
                behind = int(w[352 + before])
                beside = int(w[320 + before])
                if number == 0:
                    behind = 0
                while at < until:
                    unit = int(r[at]) | (int(r[at + 1]) << 8)
                    at += 2
                    symbol = unit & 0xFFF
                    bit = 1 << (symbol & 15)
                    w[slot + i] = symbol
                    when[symbol & 255] = number & 255
                    prints |= bit
                    if symbol < opening:
                        opens = 1
                        if symbol < 8:
                            reserved |= 1 << symbol
                    if unit > 0x7FFF:
                        place = int(r[at]) | (int(r[at + 1]) << 8)
                        at += 2
                        near = 0
                        far = 0
                        if place & 0x4000:
                            near = int(r[at]) | (int(r[at + 1]) << 8)
                            at += 2
                        if place & 0x8000:
                            far = int(r[at]) | (int(r[at + 1]) << 8)
                            at += 2
                        hit = 0
                        if near == 0xFFFF:
                            hit = 1
                        if behind & bit and near & beside:
                            hit = 1
                        if hit == 0 and far:
                            k = number - 1
                            last = k - (far >> 13)
                            while k >= 0 and k >= last:
                                if int(w[384 + (k & 31)]) & bit:
                                    c = int(w[320 + (k & 31)])
                                    hit = far & ((c & 0x1FFF) | ((c >> 8) & 0xE0))
                                if hit or int(w[288 + (k & 31)]) == 2:  # never over a full stop
                                    break
                                k -= 1
                        if hit:
                            wanted |= 1 << i
                            w[424 + i] = place & 0x3FFF
                            w[432 + i] = (unit >> 12) & 7
                            w[440 + i] = near
                            w[448 + i] = far
                    i += 1
            if i < 8:
                w[slot + i] = 0
            w[288 + row] = boundary
            w[320 + row] = prints
            w[352 + row] = followed
            w[384 + row] = reached
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
            bit = 1
            i = 416
            c = int(w[416]) | int(w[417]) | int(w[418]) | int(w[419])
            if c | int(w[420]) | int(w[421]) | int(w[422]) | int(w[423]) == 0:
                i = 424  # no context was opened
            while i < 424:
                if int(w[i]) > number:
                    mask |= bit
                bit <<= 1
                i += 1
            w[256 + row] = mask
            if opens:
                i = slot
                while i < slot + 8 and w[i]:
                    symbol = int(w[i])
                    if symbol < opening:
                        opened = int(m[openers + 1 + symbol])
                        if opened:
                            w[416 + (opened >> 4)] = number + (opened & 15) + 1
                    i += 1
            s[3] = 0
            s[11] = number
            s[18] = wanted
            s[19] = 0
        if wanted or phase == 1 or phase == 5 or phase == 6:
            at = int(o[23])
            asked = int(step(buffer, window, search, seen, memory, directory, seek, readinto, at))
            if asked:
                o[12] = asked
                o[10] = 1
                if phase == 4 or phase == 6:
                    o[10] = 6
                elif phase == 5 or phase == 8:
                    o[10] = 5
                return 1
        wanted = 0
        if phase == 4 or phase == 6:
            return 0
        if phase == 5 or phase == 8:
            phase = 0
            continue
        # The commonest case of `join`: nothing joins the word, but it may be joined to the next.
        n = int(o[1])
        if n == 1 or int(o[3]) or int(o[11]) < 0:
            phase = int(join(out, chars))
            if phase == 5:
                return 5
            continue
        phase = 0
        o[14] = 1
        o[15] = 0
        o[16] = 0
        o[17] = n
        o[18] = 2
        i = 0
        while i < n:
            letters[32 + i] = letters[i]
            i += 1
