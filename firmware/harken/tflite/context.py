"""What an operator is given while the tensors are allocated: shapes, places, constants, kernels.

`plan` of an op runs before the arena is laid out and may ask for room; `prepare` runs behind it and
returns the step that `invoke` will execute. A context lives only while `allocate_tensors` runs.
"""

from array import array

from . import kernels, registry
from .compat import SMALL, const, free_heap
from .errors import ModelError
from .planner import BLOCK, LAST, OFFSET, SIZE

_LARGEST = const(16384)
_SMALLEST_TILE = const(512)


class Context:
    def __init__(self, model, kernel_set, work_limit):
        self.model = model
        self.source = model.reader.source
        self.kernels = kernel_set
        # LX6 code takes the address of a bytearray's data; the other sets read any buffer.
        self.memory = self.source.memory if kernel_set != "lx6" else None
        self.shared = {}  # for ops that belong together: variables of VAR_HANDLE and the like
        self.work = []  # (op, multiply-accumulates or elements touched), in the order of execution
        self._work_limit = work_limit
        self._work = 0
        self._requests = {}
        self._variables = []
        self._written = set()
        self._shares = []
        self._time = 0
        self._tile = self._row = 0
        self._loaded = {}
        self._called = {}
        self.blocks = []

    # ---- before the arena is laid out

    def scan(self, subgraph):
        """Collects lifetimes and wishes of a subgraph's operators."""
        for i in subgraph.inputs:
            self._write(subgraph, subgraph.tensor(i))
        for i in range(subgraph.operators):
            op = subgraph.operator(i)
            try:
                self._scan(subgraph, op)
            except ModelError as error:
                raise _placed(error, op)
        self._time += 1
        for i in subgraph.outputs:
            self._read(subgraph, i)

    def _scan(self, subgraph, op):
        module = registry.find(op.code)
        self._time += 1
        for i in op.inputs:
            if i >= 0:
                self._read(subgraph, i)
        if hasattr(module, "plan"):
            module.plan(self, op)
        for i in op.outputs:
            tensor = subgraph.tensor(i)
            if tensor.data or tensor.variable:
                raise ModelError("output tensor %d is a constant or a variable" % i)
            self._write(subgraph, tensor)

    def _write(self, subgraph, tensor):
        key = (subgraph.index, tensor.index)
        if key in self._requests:
            raise ModelError("tensor %d is written twice" % tensor.index)
        self._requests[key] = [tensor.size, self._time, self._time, -1, -1]

    def _read(self, subgraph, i):
        key = (subgraph.index, i)
        request = self._requests.get(key)
        if request is not None:
            request[LAST] = max(request[LAST], self._time)
            return
        tensor = subgraph.tensor(i)
        if tensor.variable:
            self._requests[key] = [tensor.size, 0, 1 << 29, -1, -1]
            self._variables.append((key, tensor.zero_point() if tensor.name == "int8" else 0))
        elif not tensor.data and tensor.count:
            raise ModelError("tensor %d is read before anything writes it" % i)

    def share(self, op, n):
        """Says, in `plan`, that output 0 may take the place of input `n` when nothing else reads it."""
        self._shares.append((op.subgraph.index, op.inputs[n], op.outputs[0], self._time))

    def scratch(self, op, size, slot=0):
        """Asks, in `plan`, for `size` bytes that live as long as the op runs."""
        self._requests[(op.subgraph.index, -1 - op.index, slot)] = [
            size,
            self._time,
            self._time,
            -1,
            -1,
        ]

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

    def resolve_shares(self):
        """Merges the requests of ops that work in place; returns all requests that remain."""
        for sub, a, b, time in self._shares:
            one, two = self._requests.get((sub, a)), self._requests.get((sub, b))
            if one is None or two is None or one[LAST] != time or two[SIZE] > one[SIZE]:
                continue
            one[LAST] = two[LAST]
            self._requests[(sub, b)] = one
        unique = []
        for key, request in self._requests.items():
            if not any([request is r for r in unique]):
                unique.append(request)
        return unique

    def allocate(self, sizes):
        """Makes the blocks of the arena and the tile."""
        self.blocks = [bytearray(n) for n in sizes]
        if self.memory is None and self._tile:
            room = max(_SMALLEST_TILE, min(_LARGEST, free_heap() // 4))
            size = min(self._tile, max(self._row, room - room % self._row))
            if SMALL and size > _LARGEST:
                raise ModelError("a row of weights has %d bytes: wanted at most 16384" % self._row)
            self._tile = bytearray(size)
        self.reset_variables = [
            (
                self.blocks[self._requests[k][BLOCK]],
                self._requests[k][OFFSET],
                self._requests[k][SIZE],
                z,
            )
            for k, z in self._variables
        ]

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
        if self._work > self._work_limit:
            raise ModelError(
                "more than %d multiply-accumulates: the model is too large" % self._work_limit
            )

    def place(self, op, tensor):
        """(buffer, offset) of a tensor's bytes, in the arena or, for a small constant, loaded."""
        return self.place_of(op.subgraph, tensor)

    def place_of(self, subgraph, tensor):
        request = self._requests.get((subgraph.index, tensor.index))
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
        request = self._requests[(op.subgraph.index, -1 - op.index, slot)]
        return self.blocks[request[BLOCK]], request[OFFSET]

    def weights(self, tensor, row):
        """(buffer, rows a tile) to read a constant's rows of `row` bytes through.

        Where the model lies in memory the buffer is the whole model and the number of rows 0: the
        kernel reads the weights where they are, at `tensor.data`.
        """
        if not tensor.data:
            raise ModelError("tensor %d: wanted constant weights" % tensor.index)
        if self.memory is not None:
            return self.memory, 0
        return self._tile, len(self._tile) // row

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
