"""Works on letters: case, and hashes, repeats and typos of single words; in viper, as `scan`."""

try:
    import micropython
except ImportError:  # CPython
    from harken.crisis import plain as micropython
    from harken.crisis.plain import ptr8


def folded(text):
    """The folded text in UTF-8; printable ASCII, which is most of it, only loses its case."""
    data = lowered(text.encode())
    if data is None:
        from harken.text import fold

        data = fold.folded(text)
    return data


def lowered(data):
    """`data` in lower case, or None where it is anything else than printable ASCII."""
    n = len(data)
    copy = bytearray(n)
    return copy if lower(data, n, copy) else None


@micropython.viper
def lower(data: ptr8, n: int, copy: ptr8) -> int:
    """Copies printable ASCII in lower case; 0 where data[:n] holds anything else."""
    i = 0
    while i < n:
        c = int(data[i])
        if c < 91:
            if c > 64:
                c += 32
            elif c < 32:
                return 0
        elif c > 126:
            return 0
        copy[i] = c
        i += 1
    return 1


@micropython.viper
def hash_of(chars: ptr8, at: int, end: int) -> int:
    """The 24-bit hash of chars[at:end], as `word` computes it."""
    h = 0
    while at < end:
        h = ((h ^ chars[at]) * 0x5BD1E9 + 7) & 0xFFFFFF
        at += 1
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
    of length, letters without doubles, hash (3 bytes); length 0 ends them. chars[:n] has no doubles
    either. '*' stands for any letter.
    """
    at = 0
    while at < end:
        m = words[at]
        if m == 0:  # the rest is padding
            break
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


@micropython.viper
def typo(
    chars: object,
    n: int,
    scratch: object,
    memory: object,
    buffer: object,
    seek: object,
    readinto: object,
    base: int,
) -> int:
    """The hash of a listed word that chars[:n] is `near`, with or without its doubles; or -1.

    `memory` is a lexicon's, whose typo lists begin at `base` in the file. Looked through are the
    lists by the first letter and, for a typo in that, by the second one. `scratch` has room for n.

    Where the letters of a list's words are in memory, one bit each by the rest of a division by 20
    and from bit 20 on the length, only words are read that are as long and have all letters but
    one: a typo adds one letter at most and takes one at most, what goes on behind a whole long word
    takes none, and neither does a typo in the first letter. '*' stands for any letter.
    """
    m8 = ptr8(memory)
    letters = ptr8(chars)
    word = chars
    m = n
    i = 2
    while i < n:
        if int(letters[i]) == int(letters[i - 1]) and int(letters[i]) == int(letters[i - 2]):
            m = int(squeeze(chars, n, scratch, 3, 2))
            word = scratch
            letters = ptr8(scratch)
            break
        i += 1
    doubles = 0
    while True:
        own = 0
        stars = 0
        last = 0
        i = 0
        while i < m:
            c = int(letters[i])
            if c == 42:
                stars += 1
            else:
                own |= 1 << (c % 20)
            if c == last:
                doubles |= 1
            last = c
            i += 1
        absent = 0xFFFF & ~own
        if stars:
            absent = 0
        first = 0
        while first < 2:
            row = int(letters[first]) - 97
            if row < 0 or row > 25:
                row = 26
            takes = 1  # letters that a typo may take
            if first and row < 26 and stars == 0:
                takes = 0
            first += 1
            if m < 5:
                first = 2
            held = int(m8[12]) | (int(m8[13]) << 8)
            at = (int(m8[8]) | (int(m8[9]) << 8)) + 2 * row
            end = int(m8[at + 2]) | (int(m8[at + 3]) << 8)
            at = int(m8[at]) | (int(m8[at + 1]) << 8)
            if held:
                i = int(m8[10]) | (int(m8[11]) << 8)
                row += i
                while i < row:
                    held += 3 * int(m8[i])
                    i += 1
            while at < end:
                if held:
                    length = int(m8[held + 2]) >> 4
                    size = length + 4
                    missing = 2
                    # Most words are told by some of their letters, or by their length.
                    bits = int(m8[held]) & absent
                    if bits & (bits - takes) == 0 and length <= m + 1:
                        bits = int(m8[held + 1]) & (absent >> 8)
                        if bits & (bits - takes) or (length < m - 1 and length < 6):
                            length = 0
                    else:
                        length = 0
                    if length:
                        bits = int(m8[held]) | (int(m8[held + 1]) << 8)
                        bits |= (int(m8[held + 2]) & 15) << 16
                        more = own & ~bits
                        bits &= ~own
                        missing = 0 - stars
                        while bits and missing < 2:
                            bits &= bits - 1
                            missing += 1
                        if length < m - 1 or more & (more - 1):
                            if missing > 0 or length < 6 or length >= m:
                                missing = 2
                    held += 3
                    if missing > takes:
                        at += size
                        continue
                else:
                    size = end - at
                    if size > 256:
                        size = 256
                seek(base + at)
                readinto(buffer, size)
                h = int(near(word, m, buffer, size))
                if h >= 0:
                    return h
                at += size
        if doubles != 1:
            return -1
        doubles = 2
        m = int(squeeze(chars, n, scratch, 2, 1))
        word = scratch
        letters = ptr8(scratch)


@micropython.viper
def entry(data: ptr8, end: int, number: int) -> int:
    """Where the entry `number` of data[:end], which commas divide, begins, << 8 | its size."""
    at = 0
    while number > 0 and at < end:
        if data[at] == 44:
            number -= 1
        at += 1
    size = 0
    while at + size < end and int(data[at + size]) != 44:
        size += 1
    return (at << 8) | size
