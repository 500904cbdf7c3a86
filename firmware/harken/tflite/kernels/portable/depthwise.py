"""Depthwise 2D convolution on int8 values; parameters as in `conv.py`.

31 is the depth multiplier, 32 unused. The one tile holds the whole filter (height, width, channels
of y).
"""

from .fixed import int8s, requantize, wrap


def scratch(outputs, row):
    """Bytes of scratch that `depthwise` wants, for a filter of `row` bytes."""
    return 0


def _taps(p, b, oy, ox):
    """(offset of x, number of the tap) for the taps of the filter that lie inside."""
    in_h, in_w, in_d, _, _, f_h, f_w, s_h, s_w, d_h, d_w, top, left = p[18:31]
    taps = []
    for fy in range(f_h):
        iy = oy * s_h - top + fy * d_h
        for fx in range(f_w):
            ix = ox * s_w - left + fx * d_w
            if 0 <= iy < in_h and 0 <= ix < in_w:
                taps.append((p[3] + ((b * in_h + iy) * in_w + ix) * in_d, fy * f_w + fx))
    return taps


def depthwise(p, x, w, y, s):
    outputs, add, times, depth = p[7], p[8], p[31], p[20]
    bias, m, shift, step = p[14], p[15], p[16], p[13]
    zero, low, high = p[10], p[11], p[12]
    filters = [int8s(w, p[4] + k * outputs, outputs) for k in range(p[23] * p[24])]
    at = p[5]
    for b in range(p[6]):
        for oy in range(p[21]):
            for ox in range(p[22]):
                total = list(p[bias : bias + outputs])
                for a, k in _taps(p, b, oy, ox):
                    values = int8s(x, a, depth)
                    if times > 1:
                        values = [v for v in values for _ in range(times)]
                    total = [t + (v + add) * f for t, v, f in zip(total, values, filters[k])]
                for c, v in enumerate(total):
                    v = requantize(wrap(v), p[m + step * c], p[shift + step * c]) + zero
                    y[at + c] = min(max(v, low), high) & 255
                at += outputs
