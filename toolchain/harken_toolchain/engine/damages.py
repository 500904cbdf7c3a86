"""The ways in which `mutants` damages a file."""

import random
import struct
from collections.abc import Iterator

from harken_toolchain.engine import seeds

_INTERESTING = (0, 1, 2, 3, 4, 7, 8, 16, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF)
_WORDS = (0, 1, 2, 4, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE, 0x3F800000, 0x7F800000)


def mutants(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """(name, file) of `count` damaged models."""
    models = seeds.models()
    # The small ones more often: they are as telling and ten times as fast.
    names = [n for n in sorted(models) for _ in range(3 if len(models[n]) < seeds.SMALL else 1)]
    for i in range(count):
        rng = random.Random(f"{seed}/{i}")
        name = names[i % len(names)]
        data = bytearray(models[name])
        done = [rng.choice(_DAMAGES)(data, rng) for _ in range(rng.choice((1, 1, 1, 2, 4)))]
        yield f"{name} {i}: {', '.join(done)}", bytes(data)


def _place(data: bytearray, rng: random.Random, width: int) -> int:
    """Where to damage: mostly in the tables, which lie behind the constants or between them."""
    return rng.randrange(max(1, len(data) - width + 1)) & -width


def _flip(data: bytearray, rng: random.Random) -> str:
    at = _place(data, rng, 1)
    bit = rng.randrange(8)
    data[at : at + 1] = bytes([data[at] ^ 1 << bit]) if data else b""
    return f"bit {bit} of byte {at}"


def _byte(data: bytearray, rng: random.Random) -> str:
    at, value = _place(data, rng, 1), rng.randrange(256)
    data[at : at + 1] = bytes([value])
    return f"byte {at} = {value}"


def _half(data: bytearray, rng: random.Random) -> str:
    at, value = _place(data, rng, 2), rng.choice(_INTERESTING)
    data[at : at + 2] = struct.pack("<H", value)
    return f"half {at} = {value}"


def _word(data: bytearray, rng: random.Random) -> str:
    at, value = _place(data, rng, 4), rng.choice((*_WORDS, rng.getrandbits(32)))
    data[at : at + 4] = struct.pack("<I", value)
    return f"word {at} = {value}"


def _nudge(data: bytearray, rng: random.Random) -> str:
    at, by = _place(data, rng, 4), rng.choice((-64, -8, -4, -2, -1, 1, 2, 4, 8, 64))
    value = int.from_bytes(data[at : at + 4], "little") + by
    data[at : at + 4] = struct.pack("<I", value & 0xFFFFFFFF)
    return f"word {at} += {by}"


def _swap(data: bytearray, rng: random.Random) -> str:
    a, b = _place(data, rng, 4), _place(data, rng, 4)
    one, two = bytes(data[a : a + 4]), bytes(data[b : b + 4])
    if len(one) == len(two) == 4:
        data[a : a + 4], data[b : b + 4] = two, one
    return f"words {a} and {b} swapped"


def _cut(data: bytearray, rng: random.Random) -> str:
    at = rng.randrange(len(data) + 1)
    del data[at:]
    return f"cut at {at}"


def _remove(data: bytearray, rng: random.Random) -> str:
    at, n = _place(data, rng, 4), rng.choice((1, 2, 4, 8, 16))
    del data[at : at + n]
    return f"{n} bytes removed at {at}"


def _copy(data: bytearray, rng: random.Random) -> str:
    a, b, n = _place(data, rng, 4), _place(data, rng, 4), rng.choice((4, 8, 16, 32))
    data[b : b + n] = data[a : a + n]
    return f"{n} bytes from {a} to {b}"


_DAMAGES = (_flip, _flip, _byte, _half, _word, _word, _nudge, _nudge, _swap, _cut, _remove, _copy)
