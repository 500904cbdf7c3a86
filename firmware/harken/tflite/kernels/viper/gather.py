"""Rows of a table by their numbers; parameters as in `portable/gather.py`."""

import micropython

from ...errors import ModelError


@micropython.viper
def gather(p, x, w, y, s):
    q = ptr32(p)
    a = int(ptr8(x)) + q[0]
    t = int(ptr8(w)) + q[1]
    c = int(ptr8(y)) + q[2]
    coords = q[5]
    rows = q[6]
    row = q[7]
    batch = q[3]
    while batch:
        outer = q[4]
        while outer:
            k = 0
            while k < coords:
                i = ptr32(a)[k]
                if i < 0 or i >= rows:
                    raise ModelError("GATHER: a row that the table does not have")
                b = t + i * row
                i = 0
                if (b | c | row) & 3 == 0:
                    while i < row:
                        ptr32(c + i)[0] = ptr32(b + i)[0]
                        i += 4
                else:
                    while i < row:
                        ptr8(c + i)[0] = ptr8(b + i)[0]
                        i += 1
                c += row
                k += 1
            t += rows * row
            outer -= 1
        a += 4 * coords
        batch -= 1


@micropython.viper
def changed(p, x, w, y, s) -> int:
    q = ptr32(p)
    numbers = ptr32(int(ptr8(x)) + q[0])
    held = ptr32(w)
    n = int(len(w))
    k = q[1]
    while k < n:
        if numbers[k] != held[k]:
            held[k] = numbers[k]
            q[1] = k + 1
            return k
        k += 1
    return n
