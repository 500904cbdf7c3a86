"""What runs a recurrent layer; its operator's code is dropped when it is prepared."""


class Sequence:
    """Runs the gates and the update for every step of every batch."""

    def __init__(self, sizes, parts, loads, source, update, places, copy):
        self._batches, self._steps, self._inputs, self._units, self._major = sizes
        self._parts = parts
        self._loads = loads
        self._source = source
        self._update = update
        self._x_at, self._hidden_at, self._cell_at, self._y_at = places
        self._copy = copy

    def run(self, p, x, w, y, s):
        for at, view in self._loads:
            self._source.readinto(at, view)
        for b in range(self._batches):
            for t in range(self._steps):
                self._step(b, t * self._batches + b if self._major else b * self._steps + t)

    def _step(self, b, row):
        units = self._units
        hidden = self._hidden_at + b * units
        for recurrent, f, p, x, w, y, s in self._parts:
            p[3] = hidden if recurrent else self._x_at + row * self._inputs
            f(p, x, w, y, s)
        f, p, x, w, y, s = self._update
        p[1] = self._cell_at + 2 * b * units
        p[2] = hidden
        f(p, x, w, y, s)
        f, p, x, w, y, s = self._copy
        p[1] = hidden
        p[2] = self._y_at + row * units
        f(p, x, w, y, s)
