"""The odometer that kernels count their outer levels with, and loads of small integers."""


def advance(p, head=0):
    """Moves to the next turn of the outer levels: (first step, second step), None behind the last.

    p[head] is the index of the levels in p, p[head + 1] their number, innermost first; a level is
    [count, first step, second step, counter]. The counters are back at 0 behind the last turn.
    """
    k, one, two = p[head], 0, 0
    for _ in range(p[head + 1]):
        p[k + 3] += 1
        one += p[k + 1]
        two += p[k + 2]
        if p[k + 3] < p[k]:
            return one, two
        one -= p[k + 1] * p[k]
        two -= p[k + 2] * p[k]
        p[k + 3] = 0
        k += 4
    return None


def load(buffer, at, width):
    """The signed little-endian integer of 1, 2 or 4 bytes at `at`."""
    if width == 1:
        return (buffer[at] ^ 128) - 128
    if width == 2:
        return ((buffer[at] | buffer[at + 1] << 8) ^ 0x8000) - 0x8000
    value = buffer[at] | buffer[at + 1] << 8 | buffer[at + 2] << 16 | buffer[at + 3] << 24
    return (value ^ 0x80000000) - 0x80000000
