"""Runs a kernel over weights that are read tile by tile."""


class Tiles:
    """Reads `rows` rows of `row` bytes from position `at` of the source, as many at a time as fit.

    The kernel finds the number of the first row of a tile in p[0] and how many it holds in p[1].
    """

    def __init__(self, source, kernel, at, row, rows, tile):
        self._source = source
        self._kernel = kernel
        self._at = at
        fit = min(rows, len(tile) // row)
        # Equal tiles: none is read for a handful of rows.
        count = (rows + fit - 1) // fit
        self._rows = rows
        self._fit = fit = (rows + count - 1) // count
        self._bytes = fit * row
        self._view = memoryview(tile)[: fit * row]
        rest = rows % fit
        self._last = memoryview(tile)[: rest * row] if rest else self._view

    def run(self, p, x, w, y, s):
        at, row, fit = self._at, 0, self._fit
        while row + fit <= self._rows:
            self._source.readinto(at, self._view)
            p[0] = row
            p[1] = fit
            self._kernel(p, x, w, y, s)
            row += fit
            at += self._bytes
        if row < self._rows:
            self._source.readinto(at, self._last)
            p[0] = row
            p[1] = self._rows - row
            self._kernel(p, x, w, y, s)


def step(ctx, op, kernel, p, x, weights, row, rows, y, s):
    """The step that runs `kernel` over all rows of a weights tensor; sets p[0], p[1] and p[4]."""
    w, at = ctx.weights(op, weights)
    p[0], p[1], p[4] = 0, rows, max(at, 0)
    if at >= 0:
        return kernel, p, x, w, y, s
    return Tiles(ctx.source, kernel, weights.data, row, rows, w).run, p, x, w, y, s
