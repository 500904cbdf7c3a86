"""Fixed-point products on words in memory: viper would box 32-bit values passed as arguments."""

import micropython


@micropython.viper
def product(s, at: int, a: int, b: int, c: int):
    """Word c = SaturatingRoundingDoublingHighMul(word a, word b), of the words at s[at]."""
    q = ptr32(int(ptr8(s)) + at)
    v = q[a]
    m = q[b]
    vh = v >> 16
    vl = v & 0xFFFF
    mh = m >> 16
    ml = m & 0xFFFF
    t = vl * mh + (((vl * ml) >> 16) & 0xFFFF)
    u = vh * ml
    n = (t & 0xFFFF) + (u & 0xFFFF)
    v = vh * mh + (t >> 16) + (u >> 16) + (n >> 16)
    q[c] = (v << 1) + (((n & 0xFFFF) + 0x4000) >> 15)


@micropython.viper
def reciprocal(s, at: int):
    """Word 0 = 1 / (1 + word 0), 31 fractional bits; words 1 to 4 are used up. See `curves.py`."""
    q = ptr32(int(ptr8(s)) + at)
    # Constants above 30 bits would be objects: they are put together. Word 1 is (1 + word 0) / 2.
    one = 1
    one = one << 30
    q[1] = (q[0] >> 1) + one
    q[3] = -1010580540
    product(s, at, 1, 3, 2)
    q[2] = q[2] + 757935405 + 757935405
    i = 0
    while i < 3:
        product(s, at, 1, 2, 3)
        q[3] = 0x20000000 - q[3]
        product(s, at, 2, 3, 4)
        q[2] = q[2] + (q[4] << 2)
        i += 1
    q[0] = q[2] << 1
    if q[2] >= one:
        q[0] = one - 1 + one


@micropython.viper
def scale(s, at: int, i: int, p, m: int, n: int):
    """Requantises word i at s[at] with the multiplier p[m] and the shift p[n]."""
    q = ptr32(int(ptr8(s)) + at)
    r = ptr32(p)
    v = q[i]
    shift = r[n]
    if shift > 0:
        v = v << shift
    b = r[m]
    vh = v >> 16
    vl = v & 0xFFFF
    mh = b >> 16
    ml = b & 0xFFFF
    t = vl * mh + (((vl * ml) >> 16) & 0xFFFF)
    u = vh * ml
    c = (t & 0xFFFF) + (u & 0xFFFF)
    v = ((vh * mh + (t >> 16) + (u >> 16) + (c >> 16)) << 1) + (((c & 0xFFFF) + 0x4000) >> 15)
    if shift < 0:
        shift = 0 - shift
        c = (1 << shift) - 1
        t = v & c
        c = c >> 1
        if v < 0:
            c += 1
        v = v >> shift
        if t > c:
            v += 1
    q[i] = v
