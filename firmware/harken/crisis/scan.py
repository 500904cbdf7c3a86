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

# What `word` writes into `out`.
HASH, LENGTH, BOUNDARY, JOINER, JOINERS, FLAGS, RUN = range(7)
OUT_SIZE = const(7)

# BOUNDARY: what stood before the word.
SOFT, HARD = const(1), const(2)
# FLAGS: what the word is made of.
DIGITS, LETTERS, FOREIGN, PICTURE = const(1), const(2), const(4), const(8)


@micropython.viper
def word(data: ptr8, pos: int, end: int, out: ptr32, chars: ptr8) -> int:
    """Reads the next word of data[pos:end] and returns where it ends; out[1] is 0 at the end.

    out: hash (24 bits), length in bytes, boundary before it, the first character that joins it
    to the word before (1 when nothing stands between; 0 after a space, or 256 more than the last
    sign that stands between the space and the word), the number of signs, flags, the longest run
    of one byte. chars: the word's first MAX_WORD bytes.
    """
    boundary = 0
    joiner = 1
    joiners = 0
    flags = 0
    h = 0
    n = 0
    run = 0
    longest = 0
    last = 0
    c = 0
    while pos < end:  # what stands before the word
        c = data[pos]
        if c >= 97 and c <= 122:
            break
        if c >= 48 and c <= 57:
            break
        if c >= 0x80:
            second = 0
            if pos + 1 < end:
                second = data[pos + 1]
            if c == 0xC2 or (c == 0xC3 and (second == 0x97 or second == 0xB7)):
                pos += 2
            elif (c == 0xE2 or c == 0xE3) and second < 0x82 and (c == 0xE2 or second == 0x80):
                pos += 3
            else:
                break
            joiner = 0
            continue
        pos += 1
        if c <= 32:
            joiner = 0
        else:
            if c == 46 or c == 33 or c == 63 or c == 59:
                boundary = 2
            elif boundary == 0 and c != 39:
                boundary = 1
            if joiner == 1:
                joiner = c
            elif joiner == 0 or joiner > 255:
                joiner = 256 + c
            joiners += 1
    while pos < end:
        c = data[pos]
        if c >= 97 and c <= 122:
            if flags & 4:
                break
            flags |= 2
        elif c >= 48 and c <= 57:
            if flags & 4:
                break
            flags |= 1
        elif c >= 0x80:
            if flags & 3:
                break
            second = 0
            if pos + 1 < end:
                second = data[pos + 1]
            if c == 0xC2 or (c == 0xC3 and (second == 0x97 or second == 0xB7)):
                break
            if (c == 0xE2 or c == 0xE3) and second < 0x82 and (c == 0xE2 or second == 0x80):
                break
            if c >= 0xF0 or c == 0xE2:
                if flags:
                    break
                flags = 8
                size = 3
                if c >= 0xF0:
                    size = 4
                while size > 0 and pos < end:
                    c = data[pos]
                    h = ((h ^ c) * 0x5BD1E9 + 7) & 0xFFFFFF
                    if n < 32:
                        chars[n] = c
                        n += 1
                    pos += 1
                    size -= 1
                break
            flags |= 4
            size = 1
            if c >= 0xE0:
                size = 2
            h = ((h ^ c) * 0x5BD1E9 + 7) & 0xFFFFFF
            if n < 32:
                chars[n] = c
                n += 1
            while size > 0 and pos + 1 < end:
                pos += 1
                c = data[pos]
                h = ((h ^ c) * 0x5BD1E9 + 7) & 0xFFFFFF
                if n < 32:
                    chars[n] = c
                    n += 1
                size -= 1
            pos += 1
            continue
        elif c == 39 and (flags & 2):  # an apostrophe: 's is dropped, n't and 'll are joined
            a = 0
            b = 0
            after = 0
            if pos + 1 < end:
                a = data[pos + 1]
            if pos + 2 < end:
                b = data[pos + 2]
            if pos + 3 < end:
                after = data[pos + 3]
            if a == 39:  # several of them
                pos += 1
                continue
            b_in = int(b >= 97 and b <= 122 and b != a)
            after_in = int(after >= 97 and after <= 122 and after != b)
            if b_in == 0 and a == 115:
                pos += 2
                break
            ok = 0
            if b_in == 0:
                if (
                    ((a == 116 or a == 55) and last == 110)
                    or (a == 109 and n == 1 and last == 105)
                    or a == 100
                ):
                    ok = 1
            elif after_in == 0:
                if (a == 108 and b == 108) or ((a == 114 or a == 118) and b == 101):
                    ok = 1
            if ok == 0:
                break
            pos += 1
            continue
        else:
            break
        h = ((h ^ c) * 0x5BD1E9 + 7) & 0xFFFFFF
        if n < 32:
            chars[n] = c
            n += 1
        if c == last:
            run += 1
        else:
            run = 1
            last = c
        if run > longest:
            longest = run
        pos += 1
    out[0] = h
    out[1] = n
    out[2] = boundary
    out[3] = joiner
    out[4] = joiners
    out[5] = flags
    out[6] = longest
    return pos


@micropython.viper
def hash_of(chars: ptr8, n: int) -> int:
    """The 24-bit hash of chars[:n], as `word` computes it."""
    h = 0
    i = 0
    while i < n:
        h = ((h ^ chars[i]) * 0x5BD1E9 + 7) & 0xFFFFFF
        i += 1
    return h


@micropython.viper
def squeeze(chars: ptr8, n: int, out: ptr8, least: int, keep: int) -> int:
    """Copies chars[:n] with runs of `least` and more cut to `keep`; returns the new length."""
    m = 0
    i = 0
    while i < n:
        c = chars[i]
        run = 1
        while i + run < n and int(chars[i + run]) == c:
            run += 1
        i += run
        if run >= least:
            run = keep
        while run > 0:
            out[m] = c
            m += 1
            run -= 1
    return m


@micropython.viper
def near(chars: ptr8, n: int, words: ptr8, end: int) -> int:
    """The hash of the first word in the list that is at most one typo away, or -1.

    A typo is a letter too many, missing, wrong or swapped with its neighbour (Damerau distance
    1; words of 4 letters: too many or swapped only), or anything after the whole word when that
    has 6 letters or more. `words` holds records
    of length, letters without doubles, hash (3 bytes). chars[:n] has no doubles either. '*'
    stands for any letter.
    """
    at = 0
    while at < end:
        m = words[at]
        base = at + 1
        at = base + m + 3
        p = 0  # letters alike from the front
        while p < n and p < m and (chars[p] == words[base + p] or int(chars[p]) == 42):
            p += 1
        s = 0  # and from the back, not counting those
        while s < n - p and s < m - p and chars[n - 1 - s] == words[base + m - 1 - s]:
            s += 1
        longer = n
        if m > n:
            longer = m
        hit = 0
        if p == n and p == m:
            hit = 1
        elif m < 4:
            continue
        elif p == m and m >= 6:
            hit = 1
        elif n - m <= 1 and m - n <= 1 and longer - p - s == 1 and (m > 4 or n > 4):
            hit = 1
        elif n == m and n - p - s == 2 and chars[p] == words[base + p + 1]:
            if chars[p + 1] == words[base + p]:
                hit = 1
        if hit:
            tail = base + m
            return words[tail] | (words[tail + 1] << 8) | (words[tail + 2] << 16)
    return -1
