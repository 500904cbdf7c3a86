"""Works on letters: case, and hashes, repeats and typos of single words; in viper, as `scan`."""

try:
    import micropython
except ImportError:  # CPython
    from harken.crisis import plain as micropython
    from harken.crisis.plain import ptr8


def folded(text):
    """The folded text in UTF-8; printable ASCII, which is most of it, only loses its case."""
    data = bytearray(text.encode())
    if lower(data, len(data)):
        return data
    from harken.text.fold import fold

    return fold(text).encode()


@micropython.viper
def lower(data: ptr8, n: int) -> int:
    """Turns printable ASCII to lower case; 0 where data[:n] holds anything else."""
    i = 0
    while i < n:
        c = int(data[i])
        if c < 32 or c > 126:
            return 0
        if c > 64 and c < 91:
            data[i] = c + 32
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
def resembles(chars: ptr8, n: int, memory: ptr8) -> int:
    """0 where no word of the typo lists can be `near` chars[:n], with or without its doubles.

    `memory` is a lexicon's. It may hold the letters of each listed word, one bit each by the rest
    of a division by 20, and from bit 20 on its length (15 for all longer ones). A typo adds one
    letter at most and takes one at most; what goes on behind a whole long word takes none. A list
    by the second letter is for typos in the first one, which take none either.
    """
    words = int(memory[12]) | (int(memory[13]) << 8)
    at = int(memory[14]) | (int(memory[15]) << 8)
    if at == 0:  # no letters are kept
        return 1
    own = 0
    first = int(chars[0])
    unlike = first  # the first letter that is another one
    last = 0
    least = 0  # letters without doubles
    i = 0
    while i < n:
        c = int(chars[i])
        if c == 42:
            return 1
        own |= 1 << (c % 20)
        if unlike == first:
            unlike = c
        if c != last:
            least += 1
        last = c
        i += 1
    i = 0
    while i < 27:
        end = at + 3 * int(memory[words + i])
        letter = 97 + i
        takes = 0  # letters that a typo may take, and 1
        if letter == first or i == 26:
            takes = 2
        elif letter == unlike:
            takes = 1
        while takes and at < end:
            held = int(memory[at]) | (int(memory[at + 1]) << 8)
            m = int(memory[at + 2]) >> 4
            held |= (int(memory[at + 2]) & 15) << 16
            at += 3
            missing = held & ~own
            if missing and (takes == 1 or missing & (missing - 1)):
                continue
            more = own & ~held
            if more & (more - 1) == 0 and m <= n + 1 and (m >= least - 1 or m == 15):
                return 1
            if missing == 0 and takes == 2 and m > 5 and m < n:
                return 1
        at = end
        i += 1
    return 0
