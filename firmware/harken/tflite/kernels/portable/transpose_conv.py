"""Transposed 2D convolution; parameters as in `conv.py`, 25 and 26 are the strides of y."""

from .fixed import dot, int8s, requantize, wrap


def scratch(outputs, row):
    """Bytes of scratch that `transpose_conv` wants, for filters of `row` bytes."""
    return 0


def _patch(p, x, b, oy, ox):
    """The inputs that reach one output, in the order of a filter's taps; the others are zero."""
    in_h, in_w, depth, _, _, f_h, f_w, s_h, s_w = p[18:27]
    blank = bytes([-p[8] & 255]) * depth
    parts = []
    for fy in range(f_h):
        iy, off_y = divmod(oy + p[29] - fy, s_h)
        for fx in range(f_w):
            ix, off_x = divmod(ox + p[30] - fx, s_w)
            if off_y or off_x or not 0 <= iy < in_h or not 0 <= ix < in_w:
                parts.append(blank)
                continue
            at = p[3] + ((b * in_h + iy) * in_w + ix) * depth
            parts.append(bytes(x[at : at + depth]))
    return int8s(b"".join(parts), 0, p[2])


def transpose_conv(p, x, w, y, s):
    first, rows, row, step, add = p[0], p[1], p[2], p[13], p[8]
    filters = [int8s(w, p[4] + r * row, row) for r in range(rows)]
    sums = [p[p[14] + first + r] + add * sum(f) for r, f in enumerate(filters)]
    low, high, zero = p[11], p[12], p[10]
    at = p[5] + first
    for b in range(p[6]):
        for oy in range(p[21]):
            for ox in range(p[22]):
                patch = _patch(p, x, b, oy, ox)
                for r in range(rows):
                    k = (first + r) * step
                    v = wrap(sums[r] + dot(patch, filters[r]))
                    v = requantize(v, p[p[15] + k], p[p[16] + k]) + zero
                    y[at + r] = min(max(v, low), high) & 255
                at += p[7]
