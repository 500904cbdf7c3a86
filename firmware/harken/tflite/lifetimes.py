"""When each tensor of the graph lives, which tensors share a place, and where a model wants them.

Tensors and scratch memory are named by a number, see `graph.key`. Time counts the operators in the
order of their execution.
"""

from .compat import const
from .errors import ModelError
from .graph import key
from .planner import BLOCK, FIRST, LAST, OFFSET, SIZE

_FOREVER = const(0x1FFFFFFF)
_MOST = const(4096)
_OFFLINE = "OfflineMemoryAllocation"


class Lifetimes:
    def __init__(self, preserve):
        self.time = 0
        self.variables = []  # (key, bytes, byte that the variable starts with)
        self._requests = {}
        self._shares = []
        self._preserve = preserve

    def places(self):
        """For each key, the block and the offset where it was placed: block << 26 | offset."""
        return {key: r[BLOCK] << 26 | r[OFFSET] for key, r in self._requests.items()}

    def add(self, key, size, last=-1):
        """A new request that begins now."""
        if key in self._requests:
            raise ModelError("tensor %d is written twice" % (key & 0xFFFFF))
        if len(self._requests) >= _MOST:
            raise ModelError("more than %d tensors" % _MOST)
        self._requests[key] = [size, self.time, max(self.time, last), -1, -1]

    def write(self, subgraph, tensor):
        """The tensor is computed now."""
        if tensor.data or tensor.variable:
            raise ModelError("tensor %d is computed, and constant or variable" % tensor.index)
        last = _FOREVER if self._preserve else -1
        self.add(key(subgraph, tensor.index), tensor.size, last)

    def read(self, subgraph, i):
        """Tensor `i` is read now."""
        name = key(subgraph, i)
        request = self._requests.get(name)
        if request is not None:
            request[LAST] = max(request[LAST], self.time)
            return
        tensor = subgraph.tensor(i)
        if tensor.variable:
            self.add(name, tensor.size, _FOREVER)
            self._requests[name][FIRST] = 0
            zero = tensor.zero_point() & 255 if tensor.name == "int8" else 0
            self.variables.append((name, tensor.size, zero))
        elif not tensor.data and tensor.count:
            raise ModelError("tensor %d is read before anything writes it" % i)

    def share(self, subgraph, a, b):
        """Tensor `b` may take the place of `a`, which the operator that runs now reads."""
        self._shares.append((key(subgraph, a), key(subgraph, b), self.time))

    def resolve(self, model):
        """All requests, those of tensors that share a place merged, offline offsets filled in."""
        self._offline(model)
        for a, b, time in sorted(self._shares, key=lambda share: share[2]):
            one, two = self._requests.get(a), self._requests.get(b)
            if one is None or two is None or one is two or one[LAST] != time:
                continue
            if two[SIZE] > one[SIZE] or two[OFFSET] != one[OFFSET]:
                continue
            one[LAST] = two[LAST]
            self._requests[b] = one
        unique = {}
        for request in self._requests.values():
            unique[id(request)] = request
        return list(unique.values())

    def _offline(self, model):
        """Takes the offsets that the model's metadata gives: tensors of all subgraphs in a row."""
        place = model.metadata_place(_OFFLINE)
        if place is None:
            return
        at, n = place
        counts = [model.subgraph(i).tensors for i in range(model.subgraphs)]
        total = sum(counts)
        if n != 4 * (3 + total) or model.reader.read("i", at + 8) != total:
            raise ModelError("%s: %d bytes: wanted offsets of %d tensors" % (_OFFLINE, n, total))
        for name, request in self._requests.items():
            i = name & 0xFFFFF
            if i >> 19:
                continue
            offset = model.reader.read("i", at + 12 + 4 * (sum(counts[: name >> 20]) + i))
            if offset == -1:
                continue
            if offset < 0 or offset & 3:
                raise ModelError("%s: tensor %d at %d" % (_OFFLINE, i, offset))
            request[OFFSET] = offset
