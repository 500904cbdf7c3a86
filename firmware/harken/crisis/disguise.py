"""Undoes disguises: leet, repeated letters, typos, look-alikes, letters and words torn apart.

Every disguised reading is pushed besides or in place of the plain one *after* the plain one was
looked at, so undoing can only raise a level.
"""

from harken.compat import const
from harken.crisis import scan

# Letters of other scripts that look like Latin ones, and those.
_LOOKS = "аеорсухіјѕԁһӏкмтнвгпԛԝԍαοικνρτυχεηωγβϲոօսհ"
_LIKE = "aeopcyxijsdhlkmthbrnqwgaoikvptuxenwybcnouh"
# What a character between two letters of one word may stand for; 0 is nothing, 42 any letter.
_SIGNS = b"!@$|+(*#_%&^="
_LETTERS = b"ia" + b"slt" + b"c*******"
# Digits 0 to 9 inside a word; 2 stands for nothing.
_DIGITS = b"oi2easgtbg"
_STAR, _ZERO, _ONE, _L = const(42), const(48), const(49), const(108)
#: Bytes of a word of look-alikes; longer ones may be cut inside a character.
_LONGEST_LATIN = const(24)
#: Letters of a run of single letters that are remembered.
_RUN = const(16)


class Disguise:
    """Feeds the words of an automaton to it, plain and undisguised."""

    def __init__(self, automaton):
        self._a = automaton
        self._scratch = bytearray(scan.MAX_WORD)
        self._joined = bytearray(scan.MAX_WORD)
        self._run = bytearray(_RUN)
        self._run_words = bytearray(_RUN)
        self.start()

    def start(self):
        """Forgets the words before."""
        self._length = self._last = self._pieces = self._run_length = 0
        self._unknown = False

    def word(self):
        """Takes the word that the automaton has just read."""
        a = self._a
        out = a.out
        n = a.lexicon.find(out[scan.HASH], a.found)
        if n < 0:
            n = self._recover_word()
        a.push(n if n > 0 else 0, out[scan.BOUNDARY])
        flags, length = out[scan.FLAGS], out[scan.LENGTH]
        if flags == scan.PICTURE:
            self.start()
            return
        if length == 1:
            self._spell()
        else:
            self._run_length = 0
            self._join(n < 0)
        self._unknown = n < 0

    # Words with letters in them that are not what they seem

    def _find(self, chars, n):
        a = self._a
        return a.lexicon.find(scan.hash_of(chars, n), a.found)

    def _recover_word(self):
        """Looks for what an unknown word may stand for; -1 when there is nothing."""
        out, chars = self._a.out, self._a.chars
        flags, n = out[scan.FLAGS], out[scan.LENGTH]
        if flags == scan.PICTURE:
            return -1
        if flags == scan.DIGITS:
            chars[0] = _ZERO
            return self._find(chars, 1)
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
        ones = False
        for i in range(n):
            c = chars[i]
            if _ZERO <= c <= _ZERO + 9:
                ones = ones or c == _ONE
                chars[i] = _DIGITS[c - _ZERO]
        found = self._find(chars, n)
        if found < 0:
            found = self._recover(chars, n, 3)
        if found < 0 and ones:
            for i in range(n):
                if chars[i] == _DIGITS[1]:
                    chars[i] = _L
            found = self._find(chars, n)
        return found

    def _recover(self, chars, n, run):
        """Undoes repetition and one typo in chars[:n]; -1 when no word comes out."""
        scratch, lexicon = self._scratch, self._a.lexicon
        if run >= 3:
            for keep in (1, 2):
                m = scan.squeeze(chars, n, scratch, 3, keep)
                found = self._find(scratch, m)
                if found > 0:
                    return found
        for least in (3, 2):
            m = scan.squeeze(chars, n, scratch, least, least - 1)
            if least == 2 and m == n:
                break
            h = scan.near(scratch, m, lexicon.typo, len(lexicon.typo))
            if h >= 0:
                return lexicon.find(h, self._a.found)
        return -1

    def _latin(self, data, n, out, m):
        """Appends data[:n], UTF-8 of look-alikes, to out[:m] in Latin; 0 when a letter is none."""
        if n > _LONGEST_LATIN:
            return 0
        for char in bytes(data[:n]).decode():
            place = _LOOKS.find(char)
            if place < 0 or m >= len(out):
                return 0
            out[m] = ord(_LIKE[place])
            m += 1
        return m

    # Words in pieces

    def _join(self, unknown):
        """Tries a word together with the piece before it: `su*cide`, `self-harm`, `sui cide`."""
        a, joined = self._a, self._joined
        out = a.out
        if out[scan.JOINER] and self._pieces:
            self._pieces += 1
            self._sign(out[scan.JOINER], out[scan.JOINERS])
        elif unknown and self._unknown and self._pieces:
            keep = self._last
            joined[:keep] = joined[self._length - keep : self._length]
            self._length = keep
            self._pieces = 2
        else:
            self._length = 0
            self._pieces = 1
        if not self._append():
            self._length = 0
            self._pieces = 1
            self._append()
        if self._pieces > 1:
            self._try_joined()

    def _sign(self, sign, count):
        """Appends what the signs between two pieces stand for."""
        place = _SIGNS.find(bytes((sign,)))
        if place < 0:
            return
        letter = _LETTERS[place]
        for _ in range(count if letter == _STAR else 1):
            if self._length < len(self._joined):
                self._joined[self._length] = letter
                self._length += 1

    def _append(self):
        """Appends the word to the joined one; False when it does not fit."""
        a, joined = self._a, self._joined
        n = a.out[scan.LENGTH]
        if a.out[scan.FLAGS] == scan.FOREIGN:
            m = self._latin(a.chars, n, joined, self._length)
            if not m:
                return False
            self._last = m - self._length
            self._length = m
            return True
        if self._length + n > len(joined):
            self._last = 0
            return False
        joined[self._length : self._length + n] = a.chars[:n]
        self._length += n
        self._last = n
        return True

    def _try_joined(self):
        n = self._find(self._joined, self._length)
        if n < 0:
            for i in range(self._length):
                if self._joined[i] == _STAR:
                    n = self._recover(self._joined, self._length, 1)
                    break
        if n > 0:
            self._a.pop(self._pieces)
            self._a.push(n, 0)
            self._pieces = 1

    # Words spelled in single letters

    def _spell(self):
        """Tries the words that end at a single letter: `k i l l`, `d.i.e`, `d!e`."""
        a, out = self._a, self._a.out
        self._length = self._pieces = 0
        letter = a.chars[0]
        if self._run_length:
            place = _SIGNS.find(bytes((out[scan.JOINER],)))
            if out[scan.JOINER] > 1 and place >= 0:
                self._add_letter(_LETTERS[place], 0)
        if _ZERO <= letter <= _ZERO + 9:
            letter = _DIGITS[letter - _ZERO]
        self._add_letter(letter, 1)
        self._join(True)
        n = self._run_length
        for size in range(min(n, 12), 1, -1):
            found = self._find(memoryview(self._run)[n - size : n], size)
            if found > 0:
                self._spelled(size, found)
                return

    def _add_letter(self, letter, words):
        run, owners = self._run, self._run_words
        if self._run_length == _RUN:
            run[:-1] = run[1:]
            owners[:-1] = owners[1:]
            self._run_length -= 1
        run[self._run_length] = letter
        owners[self._run_length] = words
        self._run_length += 1

    def _spelled(self, size, found):
        """Pushes a spelled word in place of the words that its letters were."""
        owners, end = self._run_words, self._run_length
        words = 0
        for i in range(end - size, end):
            words += owners[i]
            owners[i] = 0
        owners[end - 1] = 1
        self._a.pop(words)
        self._a.push(found, 0)
