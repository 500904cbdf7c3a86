"""What an operator is given while the tensors are allocated: shapes, places, constants, kernels.

`plan` of an op runs before the arena is laid out and may ask for room; `prepare` runs behind it and
returns the step that `invoke` will execute. A context lives only while `allocate_tensors` runs.
"""

import gc
from array import array

from . import kernels, registry
from .compat import SMALL, const, forget, free_heap, leaf
from .errors import ModelError
from .graph import key, scratch_key

_PACKAGE = __name__[: __name__.rfind(".") + 1]
_LARGEST = const(16384)
_SMALLEST_TILE = const(512)
# Steps of time between two operators: those of a subgraph that one of them calls fit in between.
_STEP = const(4096)


class Context:
    def __init__(self, model, kernel_set, work_limit, tile, preserve):
        self.model = model
        self.source = model.reader.source
        self.kernels = kernel_set
        # LX6 code takes the address of a bytearray's data; the other sets read any buffer.
        self.memory = self.source.memory if kernel_set != "lx6" else None
        self.shared = {}  # for ops that belong together: variables of VAR_HANDLE and the like
        self.reset_variables = []  # what ops keep: (buffer, offset, bytes, start byte)
        self.work = []  # (subgraph, op, multiply-accumulates or elements touched)
        self.blocks = []
        self.lifetimes = leaf(_PACKAGE + "lifetimes").Lifetimes(preserve)
        self._work_limit = work_limit
        self._given = tile
        self._work = 0
        self._tile = self._row = 0
        self._loaded = {}
        self._starts = {}
        self._pairs = {}
        self._preserve = preserve
        self._step = _STEP

    # ---- before the arena is laid out

    def verify(self, subgraph):
        """Reads all tensors and operators of a subgraph, also those that nothing uses."""
        for i in range(subgraph.tensors):
            subgraph.tensor(i).verify()
        for i in range(subgraph.operators):
            op = subgraph.operator(i)
            registry.check(op)
            for k in op.intermediates:
                if k < 0 or subgraph.tensor(k).count:
                    raise ModelError("%s: intermediate tensor %d: wanted an empty one" % (op, k))

    def live(self, subgraph):
        """Collects the lifetimes of a subgraph's tensors from now on, `_STEP` apart."""
        lifetimes = self.lifetimes
        self._starts[subgraph.index] = lifetimes.time
        self._pairs[subgraph.index] = pairs = leaf(_PACKAGE + "pairs").find(
            self, subgraph, self._preserve
        )
        self.verify(subgraph)
        for i in subgraph.inputs:
            lifetimes.write(subgraph, subgraph.tensor(i))
        for i in range(subgraph.operators):
            op = subgraph.operator(i)
            lifetimes.time += self._step
            try:
                inputs, outputs = op.inputs, op.outputs
                if i in pairs:
                    outputs = ()
                if i - 1 in pairs:
                    inputs = subgraph.operator(i - 1).inputs + inputs[1:]
                for k in inputs:
                    if k >= 0:
                        lifetimes.read(subgraph, k)
                for k in outputs:
                    lifetimes.write(subgraph, subgraph.tensor(k))
            except ModelError as error:
                raise _placed(error, op)
        lifetimes.time += self._step
        for i in subgraph.outputs:
            lifetimes.read(subgraph, i)

    def plan(self, subgraph):
        """Lets the operators of a subgraph ask for what they want."""
        start = self._starts[subgraph.index]
        for module, i, op in self._by_module(subgraph):
            self.lifetimes.time = start + self._step * (i + 1)
            try:
                if hasattr(module, "plan"):
                    module.plan(self, op)
            except ModelError as error:
                raise _placed(error, op)

    def _by_module(self, subgraph):
        """(module, index, operator) of all operators, those of a module together.

        On a board a module is dropped before the next one is imported: together they would not fit.
        """
        names = [registry.module(subgraph.code(i)) for i in range(subgraph.operators)]
        for i in self._pairs[subgraph.index]:
            names[i], names[i + 1] = "", _PACKAGE + "ops.gather_sum"
        for name in sorted(set(names), key=names.index):
            if not name:
                continue
            module = leaf(name)
            for i, found in enumerate(names):
                if found != name:
                    continue
                if SMALL:
                    gc.collect()
                yield module, i, subgraph.operator(i)
            if SMALL:
                module = None
                forget(name)

    def share(self, op, n):
        """Says, in `plan`, that output 0 may lie where input `n` does once nothing reads that."""
        self.need(op, n)
        self.lifetimes.share(op.subgraph, op.inputs[n], self.output(op, 0).index)

    def scratch(self, op, size, slot=0):
        """Asks, in `plan`, for `size` bytes that live as long as the op runs."""
        self.lifetimes.add(scratch_key(op, slot), size)

    def tile(self, row, rows):
        """Asks, in `plan`, for a tile to read `rows` rows of `row` bytes of weights through."""
        self._row = max(self._row, row)
        self._tile = max(self._tile, row * rows)

    def call(self, index):
        """Says, in `plan`, that the op runs subgraph `index`, which no other op may run."""
        if index in self._starts or self._step == 1:
            raise ModelError("subgraph %d is called twice, or from a called one" % index)
        subgraph = self.model.subgraph(index)
        if subgraph.operators + 2 > _STEP:
            raise ModelError("subgraph %d has %d operators" % (index, subgraph.operators))
        self._step = 1
        self.live(subgraph)
        self.plan(subgraph)
        self._step = _STEP

    # ---- the arena

    def allocate(self, sizes, reserved):
        """Makes the blocks of the arena, or takes the reserved ones where all fit, and the tile."""
        order = sorted(range(len(sizes)), key=lambda i: -sizes[i])
        reserved = sorted(reserved, key=lambda block: -len(block))
        fits = [len(b) >= sizes[i] for b, i in zip(reserved, order)]
        if len(fits) < len(order) or not all(fits):
            reserved = []
        self.blocks = [None] * len(sizes)
        for k, i in enumerate(order):
            self.blocks[i] = reserved[k] if reserved else bytearray(sizes[i])
        if self.memory is None and self._tile:
            self._tile = self._new_tile() if self._given is None else self._given
            if len(self._tile) < self._row:
                text = "a row of weights has %d bytes: the tile that was given has %d"
                raise ModelError(text % (self._row, len(self._tile)))

    def _new_tile(self):
        room = max(_SMALLEST_TILE, min(_LARGEST, free_heap() // 4))
        while True:
            size = min(self._tile, max(self._row, room - room % self._row))
            if SMALL and size > _LARGEST:
                raise ModelError("a row of weights has %d bytes: wanted at most 16384" % self._row)
            try:
                return bytearray(size)
            except MemoryError:  # free memory, but not in one piece
                if size == self._row:
                    raise
                room = size // 2

    def settle(self):
        """Keeps where everything was placed and drops the rest of the planning."""
        self._places = self.lifetimes.places()
        for name, size, zero in self.lifetimes.variables:
            block, offset = self._found(self._places[name])
            self.reset_variables.append((block, offset, size, zero))
        self.lifetimes = None

    def _found(self, place):
        return self.blocks[place >> 26], place & 0x3FFFFFF

    # ---- behind it

    def steps(self, subgraph):
        """Prepares all operators of a subgraph; the steps that `invoke` runs, as a tuple."""
        prepared = [None] * subgraph.operators
        for module, i, op in self._by_module(subgraph):
            try:
                prepared[i] = module.prepare(self, op)
            except ModelError as error:
                raise _placed(error, op)
        steps = []
        for step in prepared:
            if isinstance(step, list):
                steps.extend(step)
            elif step is not None:
                steps.append(step)
        return tuple(steps)

    def called(self, index):
        """The steps of a subgraph that `call` announced."""
        return self.steps(self.model.subgraph(index))

    def input(self, op, n):
        """Input `n` of the op as a `Tensor`; None where an optional input is left out."""
        if n >= len(op.inputs) or op.inputs[n] < 0:
            return None
        return op.subgraph.tensor(op.inputs[n])

    def need(self, op, n):
        """Input `n`; `ModelError` where it is missing."""
        tensor = self.input(op, n)
        if tensor is None:
            raise ModelError("input %d is missing" % n)
        return tensor

    def output(self, op, n):
        """Output `n` of the op as a `Tensor`; `ModelError` where it is missing."""
        if n >= len(op.outputs) or op.outputs[n] < 0:
            raise ModelError("output %d is missing" % n)
        return op.subgraph.tensor(op.outputs[n])

    def check(self, op, truth, text, *found):
        """Raises a `ModelError` with `text % found` unless `truth`."""
        if not truth:
            raise ModelError(text % found)

    def spend(self, op, amount):
        """Accounts for the work of an op: its multiply-accumulates, or the elements it touches."""
        self._work += amount
        self.work.append((op.subgraph.index, op.index, amount))
        if self._work > self._work_limit:
            raise ModelError("more than %d multiply-accumulates" % self._work_limit)

    def place(self, op, tensor):
        """(buffer, offset) of a tensor's bytes, in the arena or, for a small constant, loaded."""
        return self.place_of(op.subgraph, tensor)

    def place_of(self, subgraph, tensor):
        place = self._places.get(key(subgraph, tensor.index))
        if place is not None:
            return self._found(place)
        if not tensor.count:
            return b"", 0
        if self.memory is not None:
            return self.memory, tensor.data
        if tensor.data not in self._loaded:
            if SMALL and tensor.size > _LARGEST:
                raise ModelError(
                    "constant tensor %d has %d bytes: wanted at most 16384 here"
                    % (tensor.index, tensor.size)
                )
            data = bytearray(tensor.size)
            self.source.readinto(tensor.data, data)
            self._loaded[tensor.data] = data
        return self._loaded[tensor.data], 0

    def scratch_at(self, op, slot=0):
        """(buffer, offset) of scratch memory asked for in `plan`."""
        return self._found(self._places[scratch_key(op, slot)])

    def weights(self, op, tensor):
        """(buffer, offset) of all weights where they lie still; (tile, -1) where they come."""
        if not tensor.data or self.memory is not None:
            return self.place(op, tensor)
        return self._tile, -1

    def constant(self, tensor):
        """The values of a small constant integer tensor as an array."""
        if not tensor.data and tensor.count:
            raise ModelError("tensor %d: wanted a constant" % tensor.index)
        if tensor.code == "f":
            raise ModelError("tensor %d: wanted integers" % tensor.index)
        if tensor.size > _LARGEST:
            raise ModelError(
                "tensor %d: %d bytes: wanted a small constant" % (tensor.index, tensor.size)
            )
        return array(tensor.code, self.model.reader.bytes(tensor.data, tensor.size))

    def table(self, name, fill):
        """What `fill()` makes, once for all operators of the model."""
        if name not in self._loaded:
            self._loaded[name] = fill()
        return self._loaded[name]

    def kernel(self, family, name):
        """The kernel `name` of the family, from the best set that has it."""
        return kernels.find(self.kernels, family, name)

    def copy(self, x, y, op):
        """The step that copies tensor x to y of equal size; None where they share their place."""
        a, at = self.place(op, x)
        b, to = self.place(op, y)
        if (a is b and at == to) or not y.size:
            return None
        return self.kernel("move", "copy"), array("i", (y.size, at, to)), a, None, b, None


def _placed(error, op):
    """The error with the operator's name in front, unless an inner one has put its own there."""
    text = str(error)
    return ModelError(text if text.startswith(("op ", "subgraph ")) else "%s: %s" % (op, text))
