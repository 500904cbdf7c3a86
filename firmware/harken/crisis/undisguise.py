"""Undoes disguises in what the guard's model reads, where a word that the model knows comes out.

Torn words are made whole, look-alike letters Latin, digits and signs among letters the letters
that they look like, letters that are repeated single or double, and letters that were swapped or
are one too many right. The lexicon undoes the same on its own, word by word in its tables; see
`disguise`.
"""

from harken.compat import const
from harken.crisis.looks import DIGITS, LIKE, LOOKS, SIGN_LETTERS, SIGNS
from harken.text.native import micropython, ptr8

_ENDS = ".!?;, "
#: Words with more characters stay as they are.
_LONGEST = const(24)
#: Characters of a word from which on swapped letters are undone, and a letter too many.
_SWAPPED = const(4)
_EXTRA = const(6)
_ZERO = const(48)
# See `_sort`.
_LETTERS = const(0)
_OTHER = const(1)
_ODD = const(2)


def undisguised(text, knows):
    """The text as the model is given it.

    Args:
        knows: (word) -> whether the model has a row for the word.
    """
    return " ".join([_word(word, knows) for word in unspaced(text).split(" ")])


@micropython.viper
def _sort(data: ptr8, size: int) -> int:
    """What UTF-8 `data` is: _ODD, if there is anything in it that `_revealed` looks at, or else
    _LETTERS or _OTHER.
    """
    before = 0
    run = 0
    at = 0
    sort = _LETTERS
    while at < size:
        c = int(data[at])
        if c > 127 or 48 <= c and c <= 57 or c == 64 or c == 36 or c == 33:
            return _ODD
        if c < 65 or c > 122 or 90 < c and c < 97:
            sort = _OTHER
        if c == before:
            run += 1
            if run == 2 and c > 64:
                return _ODD
        else:
            run = 0
        before = c
        at += 1
    return sort


def _word(word, knows):
    if len(word) > _LONGEST:
        return word
    whole = word.rstrip(_ENDS)
    data = whole.encode("utf-8", "surrogatepass")
    sort = _sort(data, len(data))
    if sort == _ODD:
        found = _revealed(whole, knows)
    elif sort == _LETTERS and len(data) >= _SWAPPED:
        found = _mended(whole, knows)
    else:
        return word
    return found + word[len(whole) :] if found else word


def _revealed(word, knows):
    """The known word behind a disguise; None where there is none, or no disguise."""
    from harken.text.fold import fold

    plain = "".join([_latin(char) for char in fold(word)])
    read = [plain]
    if any([_letter(char) for char in plain]):
        if not any(["a" <= char <= "z" for char in plain]):
            return None
        read = [_letters(plain, "i")]
        if "1" in plain or "!" in plain:
            read.append(_letters(plain, "l"))
    for form in read:
        single = _squeezed(form, 1)
        tried = (form,) if single == form else (form, single, _squeezed(form, 2))
        for found in tried:  # each costs a read of the flash
            if found != word and knows(found):
                return found
    return None


def _mended(word, knows):
    """The known word that one slip of typing makes `word` of; None where there is none.

    Two letters swapped, or one too many behind the first. What lacks a letter, or has a wrong one,
    would take hundreds of reads of the flash; the model tells it from its pieces.
    """
    if knows(word):
        return None
    size = len(word)
    for i in range(size - 1):
        found = word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        if found != word and knows(found):
            return found
    for i in range(1, size if size >= _EXTRA else 0):
        found = word[:i] + word[i + 1 :]
        if knows(found):
            return found
    return None


def _latin(char):
    place = LOOKS.find(char) if char > "~" else -1
    return LIKE[place] if place >= 0 else char


def _letter(char):
    """The letter that a digit or sign looks like, "" for others."""
    code = ord(char)
    if _ZERO <= code <= _ZERO + 9:
        return chr(DIGITS[code - _ZERO])
    place = SIGNS.find(char.encode()) if code < 128 else -1
    letter = chr(SIGN_LETTERS[place]) if place >= 0 else ""
    return letter if letter != "*" else ""


def _letters(word, one):
    """`word` with letters for digits and signs; `one` stands for what may be an i or an l."""
    return "".join([one if char in "1!|" else _letter(char) or char for char in word])


def _squeezed(word, keep):
    """`word` with each run of three or more of a letter cut to `keep`."""
    out, at = "", 0
    while at < len(word):
        run = 1
        while at + run < len(word) and word[at + run] == word[at]:
            run += 1
        out += word[at] * (run if run < 3 else keep)
        at += run
    return out


def unspaced(text):
    """The text with words that were torn into letters made whole: `k i l l`, `k.i.l.l`, `k-i-l-l`.

    Three letters or more are a word. An `i` or `a` before more of them is taken for one itself.
    Nothing is joined over the end of a sentence.
    """
    words, run = [], []
    for word in text.split(" "):
        letters = _joined(word)
        letter = letters.rstrip(_ENDS)
        if len(letter) != 1 or not letter.isalpha():
            _join(words, run, "")
            words.append(letters)
            continue
        run.append(letter)
        if letter != letters:
            _join(words, run, letters[1:])
    _join(words, run, "")
    return " ".join(words)


def _joined(word):
    """`word` without the signs between its letters, where each stands alone."""
    for sign in ".-":
        if sign not in word:
            continue
        parts = word.split(sign)
        whole = "".join(parts)
        if len(whole) > 2 and max([len(part) for part in parts]) == 1:
            return whole
    return word


def _join(words, run, signs):
    """Appends the letters of `run` with the `signs` behind them, and empties it."""
    if len(run) > 3 and run[0] in "iIaA":
        words.append(run.pop(0))
    if len(run) > 2:
        words.append("".join(run) + signs)
    elif run:
        words += run
        words[-1] += signs
    del run[:]
