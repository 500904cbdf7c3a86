"""Places tensors in the arena: greedy, in blocks of bounded size, by lifetimes in steps.

A request is a list [bytes, first step, last step, block, offset]; `place` fills in the last two.
Requests whose lifetimes touch never overlap. A block holds at most `limit` bytes; a tensor above
that has a block of its own.
"""

from .compat import const
from .errors import ModelError

SIZE, FIRST, LAST, BLOCK, OFFSET = const(0), const(1), const(2), const(3), const(4)
_ALIGN = const(4)
_MOST = const(1 << 26)


def _end(placed):
    return max([r[OFFSET] + r[SIZE] for r in placed]) if placed else 0


def _gap(placed, request, limit):
    """The lowest offset in a block where the request fits, -1 where there is none."""
    size, first, last = request[0], request[1], request[2]
    at = 0
    for other in placed:
        if other[FIRST] > last or other[LAST] < first:
            continue
        if other[OFFSET] - at >= size:
            break
        end = (other[OFFSET] + other[SIZE] + _ALIGN - 1) & -_ALIGN
        if end > at:
            at = end
    return at if at + size <= limit else -1


def _put(placed, request, offset):
    """Keeps a block's requests sorted by offset."""
    request[OFFSET] = offset
    i = len(placed)
    while i and placed[i - 1][OFFSET] > offset:
        i -= 1
    placed.insert(i, request)


def _greedy(requests, limit, fixed):
    """The blocks, lists of their requests by offset; `fixed` are blocks with placed ones."""
    blocks = [list(block) for block in fixed]
    ends = [max(limit, _end(block)) for block in blocks]
    for request in requests:
        for i, placed in enumerate(blocks):
            at = _gap(placed, request, ends[i])
            if at >= 0:
                break
        else:
            i, at = len(blocks), 0
            blocks.append([])
            ends.append(max(limit, request[SIZE]))
        request[BLOCK] = i
        _put(blocks[i], request, at)
    return blocks


def _fix(requests, limit):
    """Blocks of what is planned offline: one, or several where nothing crosses `limit`."""
    fixed = [r for r in requests if r[OFFSET] >= 0]
    if not fixed:
        return []
    fixed.sort(key=lambda r: r[OFFSET])
    for i, r in enumerate(fixed):
        for other in fixed[:i]:
            apart = r[FIRST] > other[LAST] or r[LAST] < other[FIRST]
            if not apart and other[OFFSET] + other[SIZE] > r[OFFSET] and r[SIZE]:
                raise ModelError("the offline plan lays living tensors over each other")
    if _end(fixed) > _MOST:
        raise ModelError("offline plan of %d bytes" % _end(fixed))
    if any([r[OFFSET] % limit + r[SIZE] > limit for r in fixed]):
        limit = _end(fixed) + 1
    blocks = [[] for _ in range(fixed[-1][OFFSET] // limit + 1)]
    for r in fixed:
        r[BLOCK] = r[OFFSET] // limit
        r[OFFSET] %= limit
        blocks[r[BLOCK]].append(r)
    return blocks


def place(requests, limit):
    """Fills in block and offset of every request; returns the sizes of the blocks in bytes.

    Requests that come with an offset (planned offline) keep it. `ModelError` where such requests
    overlap.
    """
    free = [r for r in requests if r[OFFSET] < 0]
    fixed = _fix(requests, limit)
    best = where = None
    for order in (_by_size, _by_area, _by_time):
        blocks = [_end(b) for b in _greedy(sorted(free, key=order), limit, fixed)]
        if best is None or sum(blocks) < sum(best):
            best, where = blocks, [(r[BLOCK], r[OFFSET]) for r in free]
    for i, r in enumerate(free):
        r[BLOCK], r[OFFSET] = where[i]
    return best


def _by_size(r):
    return -r[0], r[1]


def _by_area(r):
    return -r[0] * (r[2] - r[1] + 1), r[1]


def _by_time(r):
    return r[1], -r[0]
