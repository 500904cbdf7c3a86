"""Places tensors in the arena: greedy by size, blocks of bounded size, lifetimes in steps.

A request is a list [bytes, first step, last step, block, offset]; `place` fills in the last two. Two
requests whose lifetimes touch never overlap. A block holds at most `limit` bytes; a tensor above that
has a block of its own.
"""

from .compat import const

SIZE, FIRST, LAST, BLOCK, OFFSET = const(0), const(1), const(2), const(3), const(4)
_ALIGN = const(4)


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
    blocks = [sorted(fixed, key=lambda r: r[OFFSET])] if fixed else []
    for request in requests:
        for i, placed in enumerate(blocks):
            at = _gap(placed, request, max(limit, _end(placed)) if len(placed) == 1 else limit)
            if at >= 0:
                break
        else:
            i, at = len(blocks), 0
            blocks.append([])
        request[BLOCK] = i
        _put(blocks[i], request, at)
    return blocks


def _end(placed):
    return max([r[OFFSET] + r[SIZE] for r in placed]) if placed else 0


def place(requests, limit):
    """Fills in block and offset of every request; returns the sizes of the blocks in bytes.

    Requests that come with an offset (planned offline) keep it, in block 0.
    """
    fixed = [r for r in requests if r[OFFSET] >= 0]
    free = [r for r in requests if r[OFFSET] < 0]
    for r in fixed:
        r[BLOCK] = 0
    best = where = None
    for order in (_by_size, _by_area, _by_time):
        blocks = [_end(b) for b in _greedy(sorted(free, key=order), limit, fixed)]
        if best is None or sum(blocks) < sum(best):
            best, where = blocks, [(r[BLOCK], r[OFFSET]) for r in free]
    for i, r in enumerate(free):
        r[BLOCK], r[OFFSET] = where[i]
    return best or []


def _by_size(r):
    return -r[0], r[1]


def _by_area(r):
    return -r[0] * (r[2] - r[1] + 1), r[1]


def _by_time(r):
    return r[1], -r[0]
