"""Splits folded UTF-8 into words and hashes them: the inner loops, in viper.

The same functions run as plain Python where there is no viper (CPython): pointers are then
the buffers themselves. Integers stay within 32 bits, or only their low 24 bits are used.
"""

try:
    import micropython
except ImportError:  # CPython
    from harken.crisis import plain as micropython
    from harken.crisis.plain import ptr8, ptr32

from harken.compat import const

#: Bytes of a word that are kept (all of them are hashed).
MAX_WORD = const(32)

# What `word` writes into `out`; `reader` goes on behind it.
HASH, LENGTH, BOUNDARY, JOINER, JOINERS, FLAGS, RUN, KIND = range(8)
OUT_SIZE = const(20)

# BOUNDARY: what stood before the word.
SOFT, HARD = const(1), const(2)
# FLAGS: what the word is made of.
DIGITS, LETTERS, FOREIGN, PICTURE = const(1), const(2), const(4), const(8)

# KIND: what a byte begins; from _LETTER on it is a word.
_SPACE = const(0)
_SIGN = const(1)
_STOP = const(2)
_QUOTE = const(3)
_LETTER = const(4)
_DIGIT = const(5)
_FOREIGN = const(6)
_PICTURE = const(7)
# Added where the second byte decides whether it is a space or sign beyond ASCII instead.
_MAYBE = const(8)


def _kinds():
    """The kinds of all bytes."""
    table = bytearray([_SPACE] * 33 + [_SIGN] * 95 + [_FOREIGN] * 112 + [_PICTURE] * 16)
    table[97:123] = bytes([_LETTER] * 26)
    table[48:58] = bytes([_DIGIT] * 10)
    for sign in b".!?;":
        table[sign] = _STOP
    table[39] = _QUOTE
    table[0xE2] = _PICTURE
    for first in (0xC2, 0xC3, 0xE2, 0xE3):
        table[first] += _MAYBE
    return bytes(table)


KINDS = _kinds()


@micropython.viper
def blank(data: ptr8, pos: int, end: int) -> int:
    """How many bytes the space or sign beyond ASCII takes that may begin at data[pos]; 0: none."""
    first = int(data[pos])
    second = 0
    if pos + 1 < end:
        second = int(data[pos + 1])
    if first == 0xC2 or (first == 0xC3 and (second == 0x97 or second == 0xB7)):
        return 2
    if (first == 0xE2 and second < 0x82) or (first == 0xE3 and second == 0x80):
        return 3
    return 0


@micropython.viper
def gap(data: object, pos: int, end: int, out: ptr32, kinds: ptr8) -> int:
    """Passes over what stands before the next word; fills BOUNDARY, JOINER, JOINERS and KIND."""
    text = ptr8(data)
    boundary = 0
    joiner = 1
    joiners = 0
    kind = 0
    while pos < end:
        c = int(text[pos])
        kind = int(kinds[c])
        size = 1
        if kind > 7:
            size = int(blank(data, pos, end))
            kind &= 7
            if size:
                kind = 0
        if kind > 3:
            break
        pos += size
        if kind == 0:
            joiner = 0
        else:
            if kind == 2:
                boundary = 2
            elif kind == 1 and boundary == 0:
                boundary = 1
            if joiner == 1:
                joiner = c
            elif joiner == 0 or joiner > 255:
                joiner = 256 + c
            joiners += 1
        kind = 0
    out[2] = boundary
    out[3] = joiner
    out[4] = joiners
    out[7] = kind
    return pos


@micropython.viper
def apostrophe(data: ptr8, pos: int, end: int, last: int, n: int) -> int:
    """What to do with the apostrophe at data[pos], behind n letters of which `last` is the last.

    Returns 1 where the word goes on behind it (n't, 'll, 'd and another apostrophe), 2 where it
    ends with an 's, which is dropped, and 0 where it ends here.
    """
    a = 0
    b = 0
    after = 0
    if pos + 1 < end:
        a = int(data[pos + 1])
    if pos + 2 < end:
        b = int(data[pos + 2])
    if pos + 3 < end:
        after = int(data[pos + 3])
    if a == 39:
        return 1
    if b < 97 or b > 122 or b == a:  # one letter behind it
        if a == 115:
            return 2
        if (a == 116 or a == 55) and last == 110:
            return 1
        if a == 100 or (a == 109 and n == 1 and last == 105):
            return 1
    elif after < 97 or after > 122 or after == b:  # two letters
        if (a == 108 and b == 108) or ((a == 114 or a == 118) and b == 101):
            return 1
    return 0


@micropython.viper
def foreign_word(data: object, pos: int, end: int, out: ptr32, chars: ptr8, kinds: ptr8) -> int:
    """Reads letters beyond ASCII, or one picture; fills the rest of `out`."""
    text = ptr8(data)
    flags = 0
    h = 0
    n = 0
    while pos < end:
        c = int(text[pos])
        kind = int(kinds[c])
        if kind > 7 and int(blank(data, pos, end)):
            break
        kind &= 7
        if kind < 6 or (kind == 7 and flags):
            break
        flags |= 4 << (kind - 6)
        size = 2
        if c >= 0xF0:
            size = 4
        elif c >= 0xE0:
            size = 3
        while size > 0 and pos < end:
            c = int(text[pos])
            h = ((h ^ c) * 0x5BD1E9 + 7) & 0xFFFFFF
            if n < 32:
                chars[n] = c
                n += 1
            pos += 1
            size -= 1
        if kind == 7:
            break
    out[0] = h
    out[1] = n
    out[5] = flags
    out[6] = 0
    return pos
