"""Average and maximum pooling of int8 images.

p: 0 batches, 1 height, 2 width, 3 channels of x, 4 offset of x, 5 offset of y, 6 height, 7 width of
y,
8 height, 9 width of the window, 10, 11 strides (y, x), 12, 13 padding above and left, 14 lowest,
15 highest value of y.
"""

from .fixed import int8s


def _mean(values):
    n = len(values)
    total = sum(values)
    return (total + n // 2) // n if total > 0 else -((n // 2 - total) // n)


def _pool(p, x, y, choose):
    batches, h, w, depth, x_at, at, y_h, y_w, f_h, f_w, s_h, s_w, top, left, low, high = p
    for b in range(batches):
        for oy in range(y_h):
            rows = range(max(0, oy * s_h - top), min(h, oy * s_h - top + f_h))
            for ox in range(y_w):
                columns = range(max(0, ox * s_w - left), min(w, ox * s_w - left + f_w))
                seen = []
                for iy in rows:
                    for ix in columns:
                        seen.append(int8s(x, x_at + ((b * h + iy) * w + ix) * depth, depth))
                for values in zip(*seen):
                    y[at] = min(max(choose(values), low), high) & 255
                    at += 1


def average(p, x, w, y, s):
    _pool(p, x, y, _mean)


def maximum(p, x, w, y, s):
    _pool(p, x, y, max)
