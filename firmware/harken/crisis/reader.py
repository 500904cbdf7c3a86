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

#: Where in the text the next word begins and the text ends; what to do first (see `read`).
POS, END, PHASE = const(8), const(9), const(10)
#: The last word's number of symbols (-1: unknown), the groups to try or where its bucket is (see
#: `match.bucket`), and how many words there were.
FOUND, WANTED, COUNT = const(11), const(12), const(13)
#: For `disguise`: words that make up the joined one, whether the last word was unknown, letters of
#: a run of single ones, bytes and flags of the word that was kept, bytes of the joined word.
PIECES, UNKNOWN, RUN_LENGTH, KEPT = const(14), const(15), const(16), const(17)
KEPT_FLAGS, JOINED = const(18), const(19)
#: Rows of `chars`: the word, the one before it that was kept, a run of single letters and how many
#: words each of these stands for.
KEPT_CHARS, RUN_CHARS, RUN_WORDS, CHARS_SIZE = const(32), const(64), const(80), const(96)

#: Why `read` stopped: at the text's end, for the word's bucket to be read into the buffer, for
#: groups to be tried, at a word that is not plain, at an unknown one that may be a disguise, or
#: behind one that may be joined to others. It goes on with the word that it stopped at after a
#: bucket or groups, else with the next one.
DONE, BUCKET, GROUPS, ODD, STRANGE, PIECE = (
    const(0),
    const(1),
    const(2),
    const(3),
    const(4),
    const(5),
)


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
        phase = int(o[10])
        o[10] = 0
        if phase == 0:
            o[8] = int(ascii_word(data, int(o[8]), int(o[9]), out, chars, KINDS))
            if int(o[1]) == 0:
                return 0
            if int(o[5]) != 2:  # not of letters alone
                return 3
            at = (int(m[4]) | (int(m[5]) << 8)) + 2 * (int(o[0]) & 15)
            start = int(m[at]) | (int(m[at + 1]) << 8)
            end = int(m[at + 2]) | (int(m[at + 3]) << 8)
            n = int(find_word(memory, start, end, int(o[0]), found))
            if n < 0:
                o[12] = int(bucket(memory, int(o[0])))
                if int(o[12]) & 15:
                    o[10] = 1
                    return 1
        elif phase == 1:
            n = int(find_word(buffer, 0, (int(o[12]) & 15) << 4, int(o[0]), found))
        if phase < 2:
            if n < 0 and int(o[1]) > 2:
                if int(o[6]) > 2 or int(resembles(chars, int(o[1]), memory)):
                    return 4
            o[11] = n
            o[12] = int(push(window, int(o[13]), int(o[2]), found, n, memory))
            o[13] = int(o[13]) + 1
            if int(o[12]):
                o[10] = 2
                return 2
        if int(keep(out, chars)) == 0:
            return 5


@micropython.viper
def keep(o: ptr32, chars: ptr8) -> int:
    """Keeps a word that the next may be joined to; 0 where it may itself be joined to others."""
    length = int(o[1])
    joiner = int(o[3])
    pieces = int(o[14])
    unknown = 0
    if int(o[11]) < 0:
        unknown = 1
    if length == 1:
        if joiner or int(o[16]):
            return 0
        chars[64] = chars[0]
        chars[80] = 1
        o[16] = 1
        o[19] = 0
    else:
        if joiner == 0:
            if unknown and int(o[15]) and pieces:
                return 0
        elif joiner > 255 or pieces == 0:
            if unknown and joiner > 1:
                return 0
        else:
            return 0
        o[16] = 0
    o[14] = 1
    o[15] = unknown
    o[17] = length
    o[18] = int(o[5])
    i = 0
    while i < length:
        chars[32 + i] = chars[i]
        i += 1
    return 1
