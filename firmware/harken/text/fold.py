"""Folds a text, one code point at a time: lower case, base letters, plain punctuation.

`str.lower()` of MicroPython knows ASCII alone, so everything beyond is done here:

- Latin letters lose case and accents (`É` is `e`, `ß` is `ss`); Greek and Cyrillic lose case;
- Arabic loses vowel marks and tatweel, and the forms of alef, yeh and teh marbuta become one;
- Devanagari loses the nukta, which keyboards write in two ways;
- fullwidth, circled, squared and mathematical letters and foreign digits become ASCII;
- curly quotes, dashes and spaces become ASCII; zero-width, control and combining marks vanish.

Look-alike letters of other scripts stay: only the guard undoes them, where they are a disguise.
"""

from harken.compat import const
from harken.text.native import micropython, ptr8

# Base letters of U+00C0..U+024F and U+1E00..U+1EFF; '.' where there is no single one.
_LATIN = (
    b"aaaaaa.ceeeeiiiidnooooo.ouuuuyt.aaaaaa.ceeeeiiiidnooooo.ouuuuytyaaaaaaccccccccdd"
    b"ddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkkllllll..llnnnnnn.nnoooooo..rrrrrrssssss"
    b"ssttttttuuuuuuuuuuuuwwyyyzzzzzzsbbbbbboccdddd.eeeffgghiikkl.mnnooo..pprssssttttu"
    b"uuvyyzzz.......w.............aaiioouuuuuuuuuueaaaa..ggggkkoooozzj...gghwnnaa..oo"
    b"aaaaeeeeiiiioooorrrruuuussttyyhhnduuzzaaeeooooooooyylntj..accltsz..buveejjqqrryy"
)
_LATIN_MORE = (
    b"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooo"
    b"oooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy.sss.d"
    b"aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuu"
    b"uuyyyyyyyyllvvyy"
)
# One to one, in two strings of equal length, the quotes that phones type in front:
# dictionaries cost ten times the heap.
_FROM = (
    "‘’‚‛′“”„‟″‹›−•․。、「」ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴌᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢⁿⁱℯℊℎℓℴℹⅰ"
    "ŉĿŀẚ¡¿«»´·ªºʼʹ՚ςάέήίόύώΆΈΉΊΌΎΏёЁأإآٱىیئؤةک،؛؟।॥ँ"
)
_TO = (
    "'''''\"\"\"\"\"''-*..,\"\"abcdeghijkllmnoprstuvwyznieghloii"
    "nlla!?\"\"'.ao'''σαεηιουωαεηιουωееاااايييوهك,;?..ं"
)
# One to several, after a space.
_MANY = " …... Æae æae Œoe œoe ßss ẞss Þth þth Ĳij ĳij ‥.. "
# U+0958..U+095F, Devanagari letters with a nukta.
_NUKTA = "कखगजडढफय"

# Ranges that vanish: (first, last).
_VANISH = (
    (0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0xB8, 0xB8), (0x300, 0x36F),
    (0x483, 0x489), (0x591, 0x5C7), (0x610, 0x61A), (0x61C, 0x61C), (0x640, 0x640),
    (0x64B, 0x65F), (0x670, 0x670), (0x93C, 0x93C), (0x6D6, 0x6ED), (0x115F, 0x1160),
    (0x17B4, 0x17B5), (0x180B, 0x180E), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x206F), (0x20D0, 0x20FF), (0x3164, 0x3164), (0xD800, 0xDFFF),
    (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF9, 0xFFFC),
    (0x1F3FB, 0x1F3FF), (0xE0000, 0xE0FFF),
)  # fmt: skip

# Alphabets written in other places: (first, last, letters or digits in a period).
_ALPHABETS = (
    (0x24B6, 0x24E9, 26), (0x249C, 0x24B5, 26), (0x1D400, 0x1D6A3, 26), (0x1D7CE, 0x1D7FF, 10),
    (0x1F110, 0x1F129, 26), (0x1F130, 0x1F149, 26), (0x1F150, 0x1F169, 26), (0x1F170, 0x1F189, 26),
    (0x660, 0x669, 10), (0x6F0, 0x6F9, 10), (0x966, 0x96F, 10),
)  # fmt: skip

_A, _DIGIT, _DOT = const(97), const(48), const(46)


def _in_ranges(code, ranges):
    for row in ranges:
        if row[0] <= code <= row[1]:
            return row
    return None


def _fold_far(char, code):
    """Folds a code point that is neither ASCII, Latin nor in the table of single ones."""
    if _in_ranges(code, _VANISH):
        return ""
    row = _in_ranges(code, _ALPHABETS)
    if row:
        place = (code - row[0]) % row[2]
        return chr((_A if row[2] == 26 else _DIGIT) + place)
    if 0x391 <= code <= 0x3A9 or 0x410 <= code <= 0x42F:
        return chr(code + 32)
    if 0x400 <= code <= 0x40F:
        return chr(code + 80)
    if 0x460 <= code <= 0x4FF and not 0x4C0 <= code <= 0x4CE and not code & 1:
        return chr(code + 1)
    if 0x958 <= code <= 0x95F:
        return _NUKTA[code - 0x958]
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0).lower()
    if code == 0xA0 or 0x2000 <= code <= 0x200A or code in (0x202F, 0x205F, 0x3000, 0x2028, 0x2029):
        return " "
    if 0x2010 <= code <= 0x2015:
        return "-"
    return char


def fold_char(char):
    """The folded form of one character: a string of 0 to 3 characters."""
    code = ord(char)
    if 32 <= code < 0x7F:
        return char.lower()
    if 9 <= code <= 13:
        return " "
    if 0x1F400 <= code < 0xE0000:  # most emoji: no table and no range reaches in here
        return char
    base = _DOT
    if 0xC0 <= code < 0x250:
        base = _LATIN[code - 0xC0]
    elif 0x1E00 <= code < 0x1F00:
        base = _LATIN_MORE[code - 0x1E00]
    if base != _DOT:
        return chr(base)
    at = _FROM.find(char)
    if at >= 0:
        return _TO[at]
    at = _MANY.find(" " + char)
    if at >= 0:
        return _MANY[at + 2 : _MANY.find(" ", at + 2)]
    return _fold_far(char, code)


def _is_plain(text):
    """Whether `text` is printable ASCII, for which `lower()` is all there is to do."""
    for char in text:
        if not " " <= char <= "~":
            return False
    return True


def fold(text):
    """The folded text. Each character is folded alone, so parts may be folded one by one.

    A character gives at most 3, so the result is at most three times as long.
    """
    if _is_plain(text):
        return text.lower()
    return "".join([fold_char(char) for char in text])


@micropython.viper
def plain_end(data: ptr8, at: int, size: int) -> int:
    """The first place from `at` on whose byte is no printable ASCII; `size` without one."""
    while at < size:
        if data[at] < 0x20 or data[at] > 0x7E:
            return at
        at += 1
    return size


@micropython.viper
def plain_start(data: ptr8, at: int, size: int) -> int:
    """The first place from `at` on whose byte is printable ASCII; `size` without one."""
    while at < size:
        if data[at] >= 0x20 and data[at] <= 0x7E:
            return at
        at += 1
    return size


def folded(text):
    """`fold(text)` in UTF-8: printable ASCII at once, for what lies between it is called."""
    data = text.encode("utf-8", "surrogatepass").lower()  # of bytes: ASCII alone
    size = len(data)
    start = 0
    end = plain_end(data, 0, size)
    if end == size:
        return data
    parts = []
    while start < size:
        if end > start:
            parts.append(data[start:end])
        start = plain_start(data, end, size)
        if start > end:
            part = data[end:start].decode("utf-8", "surrogatepass")
            part = fold_char(part) if len(part) == 1 else fold(part)
            parts.append(part.encode("utf-8", "surrogatepass"))
        end = plain_end(data, start, size)
    return b"".join(parts)
