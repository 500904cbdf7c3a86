"""What an operator is given while the tensors are allocated: shapes, places, constants, kernels.

`plan` of an op runs before the arena is laid out and may ask for room; `prepare` runs behind it and
returns the step that `invoke` will execute. A context lives only while `allocate_tensors` runs.
"""

from array import array

from . import kernels, registry
from .compat import SMALL, const, free_heap
from .errors import ModelError
from .lifetimes import Lifetimes
from .planner import BLOCK, OFFSET, SIZE

_LARGEST = const(16384)
_SMALLEST_TILE = const(512)


class Context:
    def __init__(self, model, kernel_set, work_limit, tile_limit, preserve):
        self.model = model
        self.source = model.reader.source
        self.kernels = kernel_set
        # LX6 code takes the address of a bytearray's data; the other sets read any buffer.
        self.memory = self.source.memory if kernel_set != "lx6" else None
        self.shared = {}  # for ops that belong together: variables of VAR_HANDLE and the like
        self.work = []  # (subgraph, op, multiply-accumulates or elements touched)
        self.blocks = []
        self.lifetimes = Lifetimes(preserve)
        self._limits = work_limit, tile_limit
        self._work = 0
        self._tile = self._row = 0
        self._loaded = {}
        self._called = {}

    # ---- before the arena is laid out

    def scan(self, subgraph):
        """Collects lifetimes and wishes of a subgraph's operators."""
        for i in subgraph.inputs:
            self.lifetimes.write(subgraph, subgraph.tensor(i))
        for i in range(subgraph.operators):
            op = subgraph.operator(i)
            try:
                self._scan(subgraph, op)
            except ModelError as error:
                raise _placed(error, op)
        self.lifetimes.time += 1
        for i in subgraph.outputs:
            self.lifetimes.read(subgraph, i)

    def _scan(self, subgraph, op):
        module = registry.find(op.code)
        self.lifetimes.time += 1
        for i in op.inputs:
            if i >= 0:
                self.lifetimes.read(subgraph, i)
        if hasattr(module, "plan"):
            module.plan(self, op)
        for i in op.outputs:
            self.lifetimes.write(subgraph, subgraph.tensor(i))

    def share(self, op, n):
        """Says, in `plan`, that output 0 may lie where input `n` does, if nothing else reads that."""
        self.need(op, n)
        self.lifetimes.share(op.subgraph, op.inputs[n], self.output(op, 0).index)

    def scratch(self, op, size, slot=0):
        """Asks, in `plan`, for `size` bytes that live as long as the op runs."""
        self.lifetimes.add((op.subgraph.index, -1 - op.index, slot), size)

    def tile(self, row, rows):
        """Asks, in `plan`, for a tile to read `rows` rows of `row` bytes of weights through."""
        self._row = max(self._row, row)
        self._tile = max(self._tile, row * rows)

    def call(self, index):
        """Says, in `plan`, that the op runs subgraph `index`, which no other op may run."""
        if index in self._called or not index:
            raise ModelError("subgraph %d is called twice" % index)
        self._called[index] = ()
        self.scan(self.model.subgraph(index))

    # ---- the arena

    def allocate(self, sizes):
        """Makes the blocks of the arena and the tile."""
        self.blocks = [bytearray(n) for n in sizes]
        if self.memory is None and self._tile:
            room = max(_SMALLEST_TILE, min(_LARGEST, free_heap() // 4, self._limits[1]))
            size = min(self._tile, max(self._row, room - room % self._row))
            if SMALL and size > _LARGEST:
                raise ModelError("a row of weights has %d bytes: wanted at most 16384" % self._row)
            self._tile = bytearray(size)

    def variables(self):
        """(block, offset, bytes, start byte) of the variable tensors."""
        found = []
        for key, zero in self.lifetimes.variables:
            r = self.lifetimes.find(key)
            found.append((self.blocks[r[BLOCK]], r[OFFSET], r[SIZE], zero))
        return found

    # ---- behind it

    def steps(self, subgraph):
        """Prepares all operators of a subgraph; the steps that `invoke` runs, as a tuple."""
        steps = []
        for i in range(subgraph.operators):
            op = subgraph.operator(i)
            try:
                step = registry.find(op.code).prepare(self, op)
            except ModelError as error:
                raise _placed(error, op)
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
        if self._work > self._limits[0]:
            raise ModelError("more than %d multiply-accumulates" % self._limits[0])

    def place(self, op, tensor):
        """(buffer, offset) of a tensor's bytes, in the arena or, for a small constant, loaded."""
        return self.place_of(op.subgraph, tensor)

    def place_of(self, subgraph, tensor):
        request = self.lifetimes.find((subgraph.index, tensor.index))
        if request is not None:
            return self.blocks[request[BLOCK]], request[OFFSET]
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
        request = self.lifetimes.find((op.subgraph.index, -1 - op.index, slot))
        return self.blocks[request[BLOCK]], request[OFFSET]

    def weights(self, op, tensor):
        """(buffer, offset) where the kernel finds all weights; (tile, -1) where they come in tiles."""
        if not tensor.data or self.memory is not None:
            return self.place(op, tensor)
        return self._tile, -1

    def constant(self, tensor):
        """The values of a small constant integer tensor as an array."""
        if not tensor.data and tensor.count:
            raise ModelError("tensor %d: wanted a constant" % tensor.index)
        if tensor.size > _LARGEST:
            raise ModelError(
                "tensor %d: %d bytes: wanted a small constant" % (tensor.index, tensor.size)
            )
        return array(tensor.code, self.model.reader.bytes(tensor.data, tensor.size))

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
