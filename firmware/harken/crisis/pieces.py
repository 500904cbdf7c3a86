"""Puts words of letters together that may be pieces of one, in viper; others are for `disguise`."""

try:
    import micropython
except ImportError:  # CPython
    from harken.crisis import plain as micropython
    from harken.crisis.plain import ptr8, ptr32

from harken.crisis.looks import SIGNS


@micropython.viper
def join(out: object, letters: object) -> int:
    """Keeps a plain word that the next may be joined to, or joins it to the one before.

    These are `out` and `chars` of `reader`. Returns what `reader.read` is to do: go on with the
    next word (0), stop at one that is not plain here (5), or try the joined word of hash out[20]
    (8).
    """
    o = ptr32(out)
    chars = ptr8(letters)
    length = int(o[1])
    joiner = int(o[3])
    pieces = int(o[14])
    unknown = 0
    if int(o[11]) < 0:
        unknown = 1
    sign = joiner & 255
    if sign > 1 and int(stands_for_letter(sign, SIGNS)):
        sign = 0  # what follows it may be part of a word
    elif joiner != 1:
        sign = 1
    joins = 0
    if length == 1:
        if int(o[16]) or sign == 0 or (joiner == 1 and pieces):
            return 5
        chars[64] = chars[0]
        chars[80] = 1
        o[16] = 1
        o[19] = 0
    else:
        if joiner == 0:
            joins = unknown & int(o[15])
            if pieces == 0:
                joins = 0
        elif joiner < 256 and pieces:
            if joiner == 1 or sign == 0:
                return 5
            joins = 2
        elif unknown and sign == 0:
            return 5
        if joins and int(o[17]) and int(o[18]) != 2:
            return 5
        o[16] = 0
    o[15] = unknown
    if joins:
        return int(attach(out, letters, joins))
    o[14] = 1
    o[17] = length
    o[18] = 2
    i = 0
    while i < length:
        chars[32 + i] = chars[i]
        i += 1
    return 0


@micropython.viper
def stands_for_letter(sign: int, signs: ptr8) -> int:
    """Whether a sign between two letters may stand for one itself."""
    i = 0
    while i < 12:
        if int(signs[i]) == sign:
            return 1
        i += 1
    return 0


@micropython.viper
def attach(o: ptr32, chars: ptr8, joins: int) -> int:
    """Joins the word to the one before it (joins = 1) or to all its pieces (2).

    Returns 8 and the joined word's hash in o[20]; 0 where it is too long to be one.
    """
    length = int(o[1])
    joined = int(o[19])
    last = int(o[25])
    i = 0
    if int(o[17]):
        joined = int(o[17])
        last = joined
        while i < joined:
            chars[96 + i] = chars[32 + i]
            i += 1
        o[17] = 0
    pieces = int(o[14]) + 1
    if joins == 1:
        i = 0
        while i < last:
            chars[96 + i] = chars[96 + joined - last + i]
            i += 1
        joined = last
        pieces = 2
    if joined + length > 32:
        joined = 0
        pieces = 1
    i = 0
    while i < length:
        chars[96 + joined + i] = chars[i]
        i += 1
    joined += length
    o[14] = pieces
    o[19] = joined
    o[25] = length
    if pieces == 1:
        return 0
    h = 0
    i = 96
    while i < 96 + joined:
        h = ((h ^ int(chars[i])) * 0x5BD1E9 + 7) & 0xFFFFFF
        i += 1
    o[20] = h
    return 8
