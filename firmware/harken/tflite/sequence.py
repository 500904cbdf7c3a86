"""What runs a recurrent layer; its operator's code is dropped when it is prepared."""


class Sequence:
    """Loads the weights and runs all steps of every batch.

    `parts` are the halves of the gates, tuples (reads the hidden state, step); `loop` is the kernel
    that goes through the steps, `c` its array: steps, offset of x, its stride, offset of y, its
    stride, offset of the hidden state. Strides are those of a step.
    """

    def __init__(self, sizes, parts, loads, source, loop, c, update, copy, places):
        self._batches, self._units = sizes
        self._parts = parts
        self._loads = loads
        self._source = source
        self._loop = loop
        self._c = c
        self._update = update
        self._copy = copy
        self._x, self._y, self._hidden, self._cell = places

    def run(self, p, x, w, y, s):
        for at, view in self._loads:
            self._source.readinto(at, view)
        c, update, copy = self._c, self._update[1], self._copy[1]
        for b in range(self._batches):
            hidden = self._hidden + b * self._units
            c[1] = self._x[0] + b * self._x[1]
            c[3] = self._y[0] + b * self._y[1]
            c[5] = update[2] = copy[1] = hidden
            update[1] = self._cell + 2 * b * self._units
            self._loop(c, self._parts, self._update, self._copy)
