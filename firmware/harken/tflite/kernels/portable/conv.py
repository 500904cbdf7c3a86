"""2D convolution on int8 values with int32 accumulators.

Parameters p; 0, 1, 4, 5 and 8 to 17 as in `dense.py`:

    2 bytes of a filter       3 offset of x              6 batches      7 channels of y
   18 height  19 width  20 channels of x     21 height  22 width of y
   23 height  24 width of the filters        25, 26 strides (y, x)      27, 28 dilations
   29, 30 padding above and left             31 channels of a filter    32 filters in a group

A tile holds filters p[0] to p[0] + p[1] - 1, each as (height, width, channels).
"""

from .fixed import dot, int8s, requantize, wrap


def scratch(outputs, row):
    """Bytes of scratch that `conv` wants, for filters of `row` bytes."""
    return 0


def _patch(p, x, b, oy, ox, group):
    """What a filter sees of x; what lies outside has the value of zero."""
    in_h, in_w, in_d, _, _, f_h, f_w, s_h, s_w, d_h, d_w, top, left, depth, _ = p[18:33]
    blank = bytes([-p[8] & 255])
    parts = []
    x0 = ox * s_w - left
    for fy in range(f_h):
        iy = oy * s_h - top + fy * d_h
        if not 0 <= iy < in_h:
            parts.append(blank * (f_w * depth))
            continue
        row = p[3] + (b * in_h + iy) * in_w * in_d + group * depth
        if d_w == 1 and depth == in_d and x0 >= 0 and x0 + f_w <= in_w:
            parts.append(bytes(x[row + x0 * in_d : row + (x0 + f_w) * in_d]))
            continue
        for fx in range(f_w):
            ix = x0 + fx * d_w
            at = row + ix * in_d
            parts.append(bytes(x[at : at + depth]) if 0 <= ix < in_w else blank * depth)
    return b"".join(parts)


def conv(p, x, w, y, s):
    first, rows, row, w_at, step, each = p[0], p[1], p[2], p[4], p[13], p[32]
    filters = []
    for r in range(rows):
        values = int8s(w, w_at + r * row, row)
        c = first + r
        k = step * c
        filters.append((c, values, p[14] + c, p[15] + k, p[16] + k, p[8] * sum(values)))
    low, high, zero, outputs = p[11], p[12], p[10], p[7]
    at = p[5]
    for b in range(p[6]):
        for oy in range(p[21]):
            for ox in range(p[22]):
                group = -1
                for c, values, bias, m, shift, add in filters:
                    if c // each != group:
                        group = c // each
                        patch = int8s(_patch(p, x, b, oy, ox, group), 0, row)
                    v = wrap(p[bias] + add + dot(patch, values))
                    v = requantize(v, p[m], p[shift]) + zero
                    y[at + c] = min(max(v, low), high) & 255
                at += outputs
