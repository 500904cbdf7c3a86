"""Reads plain words, looks them up and takes them in, in viper, until Python is needed.

Most words are plain: letters, known or like no word of danger, and joined to no other. What is
known of them all stands in `out`, behind what `scan.word` writes there: where to go on in the text
and how (PHASE), what was found, and what `disguise` has to know of the words before.
"""

try:
    import micropython
except ImportError:  # CPython
    from harken.crisis import plain as micropython
    from harken.crisis.plain import ptr8, ptr32

from harken.compat import const
from harken.crisis.letters import resembles
from harken.crisis.match import bucket, find_word, push
from harken.crisis.scan import KINDS, ascii_word

# Consts stand once a line and are private: MicroPython then keeps none of them on the heap. Other
# modules repeat those that they use under the same names; a test compares them.
# Where in the text the next word begins and the text ends; what to do first (see `read`).
_POS = const(8)
_END = const(9)
_PHASE = const(10)
# The last word's number of symbols (-1: unknown), the groups to try or where its bucket is (see
# `match.bucket`), and how many words there were.
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
# Rows of `chars`: the word, the one before it that was kept, a run of single letters and how many
# words each of these stands for.
_KEPT_CHARS = const(32)
_RUN_CHARS = const(64)
_RUN_WORDS = const(80)
_CHARS_SIZE = const(96)
# Why `read` stopped: at the text's end, for the word's bucket to be read into the buffer, for
# groups to be tried, at a word that is not plain, at an unknown one that may be a disguise, or
# behind one that may be joined to others. It goes on with the word that it stopped at after a
# bucket or groups, else with the next one.
_DONE = const(0)
_BUCKET = const(1)
_GROUPS = const(2)
_ODD = const(3)
_STRANGE = const(4)
_JOINT = const(5)


@micropython.viper
def read(
    data: object,
    out: object,
    memory: object,
    buffer: object,
    window: object,
    found: object,
    chars: object,
) -> int:
    """Reads words of `data` until something is to be done in Python; returns what."""
    o = ptr32(out)
    m = ptr8(memory)
    while True:
        phase = int(o[_PHASE])
        o[_PHASE] = 0
        if phase == 0:
            o[_POS] = int(ascii_word(data, int(o[_POS]), int(o[_END]), out, chars, KINDS))
            if int(o[1]) == 0:
                return _DONE
            if int(o[5]) != 2:  # not of letters alone
                return _ODD
            at = (int(m[4]) | (int(m[5]) << 8)) + 2 * (int(o[0]) & 15)
            start = int(m[at]) | (int(m[at + 1]) << 8)
            end = int(m[at + 2]) | (int(m[at + 3]) << 8)
            n = int(find_word(memory, start, end, int(o[0]), found))
            if n < 0:
                o[_WANTED] = int(bucket(memory, int(o[0])))
                if int(o[_WANTED]) & 15:
                    o[_PHASE] = 1
                    return _BUCKET
        elif phase == 1:
            n = int(find_word(buffer, 0, (int(o[_WANTED]) & 15) << 4, int(o[0]), found))
        if phase < 2:
            if n < 0 and int(o[1]) > 2:
                if int(o[6]) > 2 or int(resembles(chars, int(o[1]), memory)):
                    return _STRANGE
            o[_FOUND] = n
            o[_WANTED] = int(push(window, int(o[_COUNT]), int(o[2]), found, n, memory))
            o[_COUNT] = int(o[_COUNT]) + 1
            if int(o[_WANTED]):
                o[_PHASE] = 2
                return _GROUPS
        if int(keep(out, chars)) == 0:
            return _JOINT


@micropython.viper
def keep(o: ptr32, chars: ptr8) -> int:
    """Keeps a word that the next may be joined to; 0 where it may itself be joined to others."""
    length = int(o[1])
    joiner = int(o[3])
    pieces = int(o[_PIECES])
    unknown = 0
    if int(o[_FOUND]) < 0:
        unknown = 1
    if length == 1:
        if joiner or int(o[_RUN_LENGTH]):
            return 0
        chars[64] = chars[0]
        chars[80] = 1
        o[_RUN_LENGTH] = 1
        o[_JOINED] = 0
    else:
        if joiner == 0:
            if unknown and int(o[_UNKNOWN]) and pieces:
                return _DONE
        elif joiner > 255 or pieces == 0:
            if unknown and joiner > 1:
                return _DONE
        else:
            return 0
        o[_RUN_LENGTH] = 0
    o[_PIECES] = 1
    o[_UNKNOWN] = unknown
    o[_KEPT] = length
    o[_KEPT_FLAGS] = int(o[5])
    i = 0
    while i < length:
        chars[32 + i] = chars[i]
        i += 1
    return 1
