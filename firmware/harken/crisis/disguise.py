"""Undoes disguises: leet, repeated letters, typos, look-alikes, letters and words torn apart.

Every disguised reading is pushed besides or in place of the plain one *after* the plain one was
looked at, so undoing can only raise a level.
"""

from harken.compat import const
from harken.crisis import letters, scan
from harken.crisis.looks import DIGITS, LIKE, LOOKS, SIGN_LETTERS, SIGNS

_STAR = const(42)
_ZERO = const(48)
_ONE = const(49)
_L = const(108)
#: Bytes of a word of look-alikes; longer ones may be cut inside a character.
_LONGEST_LATIN = const(24)
#: Letters of a run of single letters that are remembered.
_RUN = const(16)
# See `reader`.
_END = const(9)
_FOUND = const(11)
_JOINED = const(19)
_KEPT = const(17)
_KEPT_CHARS = const(32)
_JOINED_CHARS = const(96)
_LAST_PIECE = const(25)
_CHARS_SIZE = const(128)
_KEPT_FLAGS = const(18)
_ODD = const(3)
_JOINT = const(5)
_PIECES = const(14)
_POS = const(8)
_RUN_CHARS = const(64)
_RUN_LENGTH = const(16)
_RUN_WORDS = const(80)
_UNKNOWN = const(15)


class Disguise:
    """Feeds the words of an automaton to it that are not plain: see `reader`."""

    def __init__(self, automaton):
        self._a = automaton
        self._scratch = automaton.directory  # no search goes on while words are made whole

    def _forget(self):
        """Forgets the words before."""
        out = self._a.out
        for i in range(_PIECES, _JOINED + 1):
            out[i] = 0
        out[_LAST_PIECE] = 0

    def word(self, why, data):
        """Takes the word that `reader.read` has stopped at."""
        a = self._a
        out = a.out
        if why != _JOINT:
            n = -1
            if why == _ODD:
                if out[scan.FLAGS] == scan.FOREIGN:
                    self._read_foreign(data)
                n = a.find(out[scan.HASH])
            if n < 0:
                n = self._recover_word()
            out[_FOUND] = n
            a.push(n, out[scan.BOUNDARY])
        if out[scan.FLAGS] == scan.PICTURE:
            return self._forget()
        unknown = out[_FOUND] < 0
        if out[scan.LENGTH] > 1:
            out[_RUN_LENGTH] = 0
            self._join(unknown)
        elif out[_PIECES] and (out[scan.JOINER] == 1 or self._sign_letter() >= 0):
            self._join(True)
        else:
            self._spell()
        out[_UNKNOWN] = unknown

    def _read_foreign(self, data):
        a = self._a
        out = a.out
        out[_POS] = scan.foreign_word(data, out[_POS], out[_END], out, a.chars, scan.KINDS)

    # Words with letters in them that are not what they seem

    def _find(self, chars, n, at=0):
        return self._a.find(letters.hash_of(chars, at, at + n))

    def _recover_word(self):
        """Looks for what an unknown word may stand for; -1 when there is nothing."""
        out, chars = self._a.out, self._a.chars
        flags, n = out[scan.FLAGS], out[scan.LENGTH]
        if flags == scan.PICTURE:
            return -1
        if flags == scan.DIGITS:
            self._scratch[0] = _ZERO
            return self._find(self._scratch, 1)
        if flags == scan.FOREIGN:
            n = self._latin(chars, n, self._scratch, 0)
            return self._find(self._scratch, n) if n else -1
        if flags & scan.DIGITS:
            return self._leet(chars, n)
        if n < 3:
            return -1
        return self._recover(chars, n, out[scan.RUN])

    def _leet(self, chars, n):
        """A word with digits among its letters; 1 is tried as i and as l."""
        ones = 0
        for i in range(n):
            c = chars[i]
            if _ZERO <= c <= _ZERO + 9:
                if c == _ONE:
                    ones |= 1 << i
                chars[i] = DIGITS[c - _ZERO]
        found = self._find(chars, n)
        if found < 0 and ones:
            scratch = self._scratch
            scratch[:n] = chars[:n]
            for i in range(n):
                if ones & 1 << i:
                    scratch[i] = _L
            found = self._find(scratch, n)
        if found < 0:
            found = self._recover(chars, n, 3)
        return found

    def _recover(self, chars, n, run):
        """Undoes repetition and one typo in chars[:n]; -1 when no word comes out."""
        a, scratch = self._a, self._scratch
        if run >= 3:
            for keep in (1, 2):
                m = letters.squeeze(chars, n, scratch, 3, keep)
                found = self._find(scratch, m)
                if found > 0:
                    return found
        lexicon = a.lexicon
        memory, file = lexicon.memory, lexicon.file
        h = letters.typo(
            chars, n, scratch, memory, a.buffer, file.seek, file.readinto, lexicon.typos
        )
        return a.find(h) if h >= 0 else -1

    def _latin(self, data, n, out, m):
        """Appends data[:n], UTF-8 of look-alikes, to out[:m] in Latin; 0 when a letter is none."""
        if n > _LONGEST_LATIN:
            return 0
        for char in bytes(data[:n]).decode():
            place = LOOKS.find(char)
            if place < 0 or m >= len(out):
                return 0
            out[m] = ord(LIKE[place])
            m += 1
        return m

    # Words in pieces

    def _join(self, unknown):
        """Tries a word together with the piece before it: `su*cide`, `self-harm`, `sui cide`."""
        out = self._a.out
        joiner, pieces = out[scan.JOINER], out[_PIECES]
        if 0 < joiner < 256 and pieces:
            self._take_up()
            out[_PIECES] = pieces + 1
            self._sign()
        elif joiner == 0 and unknown and out[_UNKNOWN] and pieces:
            self._take_up()
            chars, keep = self._a.chars, out[_LAST_PIECE]
            end = _JOINED_CHARS + out[_JOINED]
            chars[_JOINED_CHARS : _JOINED_CHARS + keep] = chars[end - keep : end]
            out[_JOINED] = keep
            out[_PIECES] = 2
        else:
            out[_PIECES] = 1
            if joiner < 2 or not unknown:  # nothing to join, and what follows rarely joins it
                return self._keep()
            out[_JOINED] = out[_KEPT] = 0
            self._sign()
        signed = out[_JOINED]
        if not self._append():
            out[_JOINED] = signed = 0
            out[_PIECES] = 1
            self._append()
        if out[_PIECES] > 1 or signed:
            self._try_joined(joiner == 1)

    def _keep(self):
        """Remembers the word, to be taken up when the next one joins it."""
        out, chars = self._a.out, self._a.chars
        n = out[_KEPT] = out[scan.LENGTH]
        out[_KEPT_FLAGS] = out[scan.FLAGS]
        for i in range(n):
            chars[_KEPT_CHARS + i] = chars[i]

    def _take_up(self):
        """Makes the word that was kept the joined one."""
        out = self._a.out
        if out[_KEPT]:
            out[_JOINED] = out[_LAST_PIECE] = 0
            self._add(_KEPT_CHARS, out[_KEPT], out[_KEPT_FLAGS])
            out[_KEPT] = 0

    def _sign_letter(self):
        """What the sign before the word stands for: a letter, a star, or -1 for nothing."""
        sign = self._a.out[scan.JOINER] & 255
        if sign < 2:
            return -1
        place = SIGNS.find(bytes((sign,)))
        return SIGN_LETTERS[place] if place >= 0 else -1

    def _sign(self):
        """Appends what the signs before the word stand for."""
        out, letter = self._a.out, self._sign_letter()
        if letter < 0:
            return
        for _ in range(out[scan.JOINERS] if letter == _STAR else 1):
            if out[_JOINED] < scan.MAX_WORD:
                self._a.chars[_JOINED_CHARS + out[_JOINED]] = letter
                out[_JOINED] += 1

    def _append(self):
        """Appends the word to the joined one; False when it does not fit."""
        out = self._a.out
        return self._add(0, out[scan.LENGTH], out[scan.FLAGS])

    def _add(self, at, n, flags):
        """Appends n bytes of the automaton's `chars`, from `at` on."""
        out, chars = self._a.out, self._a.chars
        start = _JOINED_CHARS + out[_JOINED]
        if flags == scan.FOREIGN:
            end = self._latin(chars[at : at + n], n, chars, start)
        else:
            end = start + n
            if end <= _CHARS_SIZE:
                chars[start:end] = chars[at : at + n]
        out[_LAST_PIECE] = 0
        if not start < end <= _CHARS_SIZE:
            return False
        if flags & scan.DIGITS:
            for i in range(start, end):
                if _ZERO <= chars[i] <= _ZERO + 9:
                    chars[i] = DIGITS[chars[i] - _ZERO]
        out[_LAST_PIECE] = end - start
        out[_JOINED] = end - _JOINED_CHARS
        return True

    def _try_joined(self, whole):
        """Pushes the joined word in place of its pieces; always when it is one word for sure."""
        out = self._a.out
        chars, length = self._a.chars, out[_JOINED]
        n = self._find(chars, length, _JOINED_CHARS)
        if n < 0 and (whole or self._has_signs()):
            n = self._recover(chars[_JOINED_CHARS : _JOINED_CHARS + length], length, 1)
        if n >= 0 or whole:
            self._a.pop(out[_PIECES])
            self._a.push(n, 0)
            out[_PIECES] = 1

    def _has_signs(self):
        """Whether signs became letters in the joined word."""
        return self._sign_letter() >= 0

    # Words spelled in single letters

    def _spell(self):
        """Tries the words that end at a single letter: `k i l l`, `d.i.e`, `d!e`."""
        a = self._a
        out = a.out
        out[_JOINED] = out[_PIECES] = 0
        letter = a.chars[0]
        if _ZERO <= letter <= _ZERO + 9:
            letter = DIGITS[letter - _ZERO]
        self._add_letter(letter)
        self._join(True)
        n = out[_RUN_LENGTH]
        end = _RUN_CHARS + n
        for size in range(min(n, 12), 1, -1):
            found = a.find(letters.hash_of(a.chars, end - size, end))
            if found > 0:
                self._spelled(size, found)
                return

    def _add_letter(self, letter):
        chars, out = self._a.chars, self._a.out
        n = out[_RUN_LENGTH]
        if n == _RUN:
            n -= 1
            for i in range(n):
                chars[_RUN_CHARS + i] = chars[_RUN_CHARS + i + 1]
                chars[_RUN_WORDS + i] = chars[_RUN_WORDS + i + 1]
        chars[_RUN_CHARS + n] = letter
        chars[_RUN_WORDS + n] = 1
        out[_RUN_LENGTH] = n + 1

    def _spelled(self, size, found):
        """Pushes a spelled word in place of the words that its letters were."""
        chars, end = self._a.chars, _RUN_WORDS + self._a.out[_RUN_LENGTH]
        words = 0
        for i in range(end - size, end):
            words += chars[i]
            chars[i] = 0
        chars[end - 1] = 1
        self._a.pop(words)
        self._a.push(found, 0)
