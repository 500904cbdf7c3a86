"""From accumulators to int8: bias, requantisation and clamp of a row, exact in 32 bits."""

import micropython


@micropython.viper
def requantize(p, s, y, count: int, first: int, to: int):
    """Turns `count` int32 accumulators at s[p[17]] into bytes of y from `to` on.

    They belong to the outputs `first` and following of the tables that p[13] to p[16] describe.
    This is a function of its own because viper would box a multiplier that is passed as an
    argument.
    """
    q = ptr32(p)
    a = ptr32(int(ptr8(s)) + q[17])
    out = ptr8(int(ptr8(y)) + to)
    bias = ptr32(int(q) + 4 * (q[14] + first))
    step = q[13]
    multiplier = ptr32(int(q) + 4 * (q[15] + first * step))
    shift = ptr32(int(q) + 4 * (q[16] + first * step))
    zero = q[10]
    low = q[11]
    high = q[12]
    i = 0
    k = 0
    while i < count:
        v = a[i] + bias[i]
        n = shift[k]
        m = multiplier[k]
        if n > 0:
            v = v << n
        # The product by halves, v = vh * 65536 + vl and m = mh * 65536 + ml; only vh can be
        # negative.
        vh = v >> 16
        vl = v & 0xFFFF
        mh = m >> 16
        ml = m & 0xFFFF
        t = vl * mh + (((vl * ml) >> 16) & 0xFFFF)
        u = vh * ml
        c = (t & 0xFFFF) + (u & 0xFFFF)
        v = ((vh * mh + (t >> 16) + (u >> 16) + (c >> 16)) << 1) + (((c & 0xFFFF) + 0x4000) >> 15)
        if n < 0:
            n = 0 - n
            c = (1 << n) - 1
            t = v & c
            c = c >> 1
            if v < 0:
                c += 1
            v = v >> n
            if t > c:
                v += 1
        v += zero
        if v < low:
            v = low
        if v > high:
            v = high
        out[i] = v
        i += 1
        k += step
