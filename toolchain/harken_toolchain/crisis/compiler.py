"""Compiles a lexicon into what the guard reads; `harken.crisis.lexicon` has the format.

The result depends on the lexicon alone: the same TOML gives the same bytes.
"""

import itertools
import struct
from binascii import crc32
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from pathlib import Path

from harken.crisis.lexicon import (
    GROUP_UNIT,
    HEADER,
    HOT_PARTS,
    LINE,
    MAGIC,
    PIECE,
    SPLIT,
    TYPO_LISTS,
)
from harken.crisis.match import WIDTH

from harken_toolchain.crisis import typos
from harken_toolchain.crisis.gather import RESERVED, Build, Effect, Record, gather, symbols
from harken_toolchain.crisis.patterns import Element, split, word_hash
from harken_toolchain.crisis.schema import LEVELS, Lexicon, folder, read_lexicon
from harken_toolchain.errors import UserError
from harken_toolchain.paths import repository

_FIRST_FREE = 8
#: Words that share a move, on average, and how full lines are at most and at least, in percent.
_MOVE_WORDS, _FULLEST, _EMPTIEST, _STEP = 11, 70, 30, 2
#: Moves that are tried; a line's number has 16 bits at most.
_MOVES, _MOST_LINES = 256, 1 << 15
#: What a word in a line has in place of a record longer than that: its hash, this, where the record
#: lies in units of 2 bytes and its size. No other record of that size has both flags.
_ELSEWHERE = 0xC4
#: In a record: it has FOLLOWED, REACHED; a group has NEAR, FAR.
_FOLLOWED, _REACHED, _NEAR, _FAR = 1 << 6, 1 << 7, 1 << 14, 1 << 15
#: NEAR of a group with a pattern of one element: any word before will do.
_ANY = 0xFFFF
#: Bytes of patterns in a small group and in a part, at most, and in a part on average, if possible.
_LARGEST, _PART, _SHORT = 254, 510, 60
#: Copies of a pattern in a large group, at most; more only where a part is too long else.
_COPIES = (4, 1, 32)
#: Parts that a large group may have, with a gap before the last word and without.
_PARTS = (8, 16, 32)
#: Parts of what is kept in memory.
_MEMORY_PARTS = 7
#: Symbols that open a context by themselves.
_MOST_OPENERS = 250
_MAX_SYMBOLS, _MAX_EFFECTS, _MAX_TAGS = 4096, 255, 16
_PHRASE = 255
_MORE = 1 << 15


def _order(build: Build) -> list[str]:
    """The symbols in the order in which a word's patterns are tried."""
    reserved = [name for name in RESERVED if name in build.members]
    rest = sorted(
        set(build.members) - set(reserved), key=lambda name: (name not in build.openers, name)
    )
    return reserved + rest


def _numbers(build: Build) -> dict[str, int]:
    """Symbol -> number: the reserved ones, then those that open contexts, then all others.

    Prints tell symbols apart by the low 4 bits. Half of these are for the symbols of common words,
    as far as there is room: else nearly every word would seem to stand before nearly every other.
    """
    common = {word for text in build.lexicon.common.words for word in split(text)}
    ends = {record.last for record in build.records}
    firsts = [e.symbol.split("|") for record in build.records for e in record.elements[:1]]
    printed = ends.union(*firsts)
    numbers = {name: i for name, i in RESERVED.items() if name in build.members}
    order = [name for name in _order(build) if name not in numbers]
    if len(order) + _FIRST_FREE > _MAX_SYMBOLS:
        raise UserError(f"{len(order)} symbols", f"At most {_MAX_SYMBOLS - _FIRST_FREE}.")

    def rank(name: str) -> tuple[bool, int]:
        kind = 0 if build.members[name] & common else 1 if name in printed else 2
        return name not in build.openers, kind

    pools = [
        [n for n in range(_MAX_SYMBOLS - 1, _FIRST_FREE - 1, -1) if n & 8 == b] for b in (0, 8)
    ]
    for name in sorted(order, key=rank):
        rest, kind = rank(name)
        wanted, other = pools[kind == 1], pools[kind != 1]
        last = _MAX_SYMBOLS if rest else _MOST_OPENERS
        numbers[name] = (wanted if wanted and wanted[-1] < last else other).pop()
    return numbers


def _openers(build: Build, numbers: dict[str, int]) -> bytes:
    """What words with a symbol open: the number of symbols, then context << 4 | reach of each."""
    count = 1 + max((numbers[name] for name in build.openers), default=-1)
    if count > _MOST_OPENERS:
        raise UserError(f"{count} symbols open contexts", f"At most {_MOST_OPENERS}: use classes.")
    table = bytearray(count)
    for name, (context, reach) in build.openers.items():
        table[numbers[name]] = context << 4 | reach
    return bytes([count]) + table


@dataclass
class _Group:
    """The patterns that end in one symbol: where they lie and what must stand before them.

    `parts` is how many a large group has, 0 for a small one.
    """

    data: bytes = b""
    parts: int = 0
    place: int = 0
    near: int = 0
    far: int = 0
    always: bool = False

    def unit(self, symbol: int, flag: bool) -> int:
        """The symbol with the code of the group's size and bit 15."""
        if self.parts:
            code = SPLIT + self.parts.bit_length() - 4
        else:
            code = max(0, (len(self.data) - 1) // PIECE).bit_length()
        return symbol | code << 12 | (_MORE if flag else 0)

    def place_and_prints(self) -> list[int]:
        """What stands behind the unit in a word's record."""
        prints = [number for number in (_ANY if self.always else self.near, self.far) if number]
        flags = _NEAR * bool(self.always or self.near) | _FAR * bool(self.far)
        return [self.place | flags, *prints]


@dataclass
class _Follow:
    """Bits of the symbols that patterns end in whose last but one element a symbol is."""

    followed: int = 0
    reached: int = 0

    def __or__(self, other: "_Follow") -> "_Follow":
        return _Follow(self.followed | other.followed, self.reached | other.reached)


def _word_records(
    build: Build, numbers: dict[str, int], groups: dict[int, _Group], follow: dict[int, _Follow]
) -> dict[str, bytes]:
    """Word -> its record: see `harken.crisis.reader.read`."""
    lexicon = build.lexicon
    order = {name: i for i, name in enumerate(_order(build))}
    found = {
        word: [numbers[symbol] for symbol in sorted(own, key=order.__getitem__)]
        for word, own in symbols(build).items()
    }
    for text in [*lexicon.known.words, *lexicon.common.words]:
        for word in split(text):
            found.setdefault(word, [])
    hashes: dict[int, str] = {}
    for word, own in found.items():
        other = hashes.setdefault(word_hash(word), word)
        if other != word:
            raise UserError(f"{word!r} and {other!r} have the same hash", "Drop one of them.")
        if len(own) > WIDTH:
            names = [name for name, words in build.members.items() if word in words]
            raise UserError(
                f"{lexicon.language}: {word!r} stands in {len(own)} symbols: {', '.join(names)}",
                f"At most {WIDTH}: merge classes or alternatives.",
            )
    return {word: _word_record(word, own, groups, follow) for word, own in sorted(found.items())}


def _word_record(
    word: str, own: list[int], groups: dict[int, _Group], follow: dict[int, _Follow]
) -> bytes:
    follows = reduce(or_, [follow[symbol] for symbol in own], _Follow())
    numbers = [number for number in (follows.followed, follows.reached) if number]
    flags = _FOLLOWED * bool(follows.followed) | _REACHED * bool(follows.reached)
    for symbol in own:
        if group := groups.get(symbol):
            numbers += [group.unit(symbol, True), *group.place_and_prints()]
    numbers += [symbol for symbol in own if symbol not in groups]
    size = 2 + len(numbers)
    head = word_hash(word).to_bytes(3, "little") + bytes([size | flags])
    return head + struct.pack(f"<{len(numbers)}H", *numbers)


@dataclass
class _Plan:
    """What records need to be written: numbers of symbols, which of them phrases add, effects."""

    numbers: dict[str, int]
    phrases: set[str]
    effects: list[Effect]
    follow: dict[int, _Follow]


def _record(record: Record, plan: _Plan, groups: dict[int, _Group]) -> bytes:
    effects = plan.effects
    effect = _PHRASE
    if record.effect is not None:
        if record.effect not in effects:
            effects.append(record.effect)
        effect = effects.index(record.effect)
    body = b"".join(_units(element, plan.numbers) for element in record.elements)
    tail = b""
    if record.adds:
        symbol = plan.numbers[record.adds]
        known = groups.get(symbol)
        tail = struct.pack("<H", known.unit(symbol, True) if known else symbol)
        follow = plan.follow[symbol]
        tail += struct.pack("<HH", follow.followed, follow.reached)
        tail += struct.pack("<H", known.place) if known else b""
    return bytes([len(body) // 2, effect]) + body + tail


def _units(element: Element, numbers: dict[str, int]) -> bytes:
    """An element's alternatives; all but the last carry the mark that more follow."""
    own = [numbers[name] for name in element.symbol.split("|")]
    units = [symbol | _MORE for symbol in own[:-1]] + own[-1:]
    units[0] |= element.gap << 12
    return struct.pack(f"<{len(units)}H", *units)


def _groups(build: Build, plan: _Plan) -> dict[int, _Group]:
    """Symbol -> its group."""
    records: dict[int, list[Record]] = {}
    for record in build.records:
        records.setdefault(plan.numbers[record.last], []).append(record)
    groups = {symbol: _Group() for symbol in sorted(records)}

    def write(record: Record) -> bytes:
        return _record(record, plan, groups)

    for _ in range(3):  # sizes and places of groups stand in other groups
        place = 0
        for symbol, group in groups.items():
            own: dict[bytes, Record] = {}
            for record in records[symbol]:
                own.setdefault(write(record), record)
            _lay_out(group, own, write, plan)
            group.data += bytes(-len(group.data) % GROUP_UNIT)
            group.place = place
            place += len(group.data) // GROUP_UNIT
    for symbol, group in groups.items():
        group.near, group.far = _prints(records[symbol], plan.numbers)
        group.always = any(not record.elements for record in records[symbol])
    if place > _NEAR:
        raise UserError(f"{place * GROUP_UNIT} bytes of patterns", "At most 128 KB.")
    return groups


def _bit(symbol: int) -> int:
    return 1 << (symbol & 15)


def _prints(records: list[Record], numbers: dict[str, int]) -> tuple[int, int]:
    """NEAR and FAR: see `harken.crisis.match`."""
    near = far = longest = 0
    for record in records:
        for element in record.elements[:1]:
            longest = max(longest, element.gap)
            for name in element.symbol.split("|"):
                bit = _bit(numbers[name])
                near, far = (near, far | bit) if element.gap else (near | bit, far)
    return near, longest << 13 | far & 0x1FFF | far >> 8 & 0xE0


def _follow(build: Build, numbers: dict[str, int]) -> dict[int, _Follow]:
    """Symbol -> what may end a pattern behind it."""
    found: dict[int, _Follow] = defaultdict(_Follow)
    for record in build.records:
        bit = _bit(numbers[record.last])
        for element in record.elements[:1]:
            for name in element.symbol.split("|"):
                found[numbers[name]] |= _Follow(0, bit) if element.gap else _Follow(bit, 0)
    return found


def _lay_out(
    group: _Group, own: dict[bytes, Record], write: Callable[[Record], bytes], plan: _Plan
) -> None:
    """Writes a group in one piece, or in as few parts as are short enough."""
    size = sum(map(len, own))
    if size <= _LARGEST:
        group.data, group.parts = struct.pack("<H", size) + b"".join(own), 0
        return
    for copies, parts in itertools.product(_COPIES, _PARTS):
        split = _split(list(own.values()), parts, copies, write, plan)
        if max(map(len, split)) <= _PART and (parts == _PARTS[-1] or _mean(split) <= _SHORT):
            break
    else:
        raise UserError(f"{max(map(len, split))} bytes of patterns in a part", f"At most {_PART}.")
    group.parts = parts
    group.data = bytes(len(part) // 2 for part in split) + b"\0" + b"".join(split)


def _mean(parts: list[bytes]) -> float:
    return sum(map(len, parts)) / sum(1 for part in parts if part)


def _split(
    records: list[Record],
    parts: int,
    copies: int,
    write: Callable[[Record], bytes],
    plan: _Plan,
) -> list[bytes]:
    """Records in the parts of a directory; see `harken.crisis.lexicon`.

    Without a gap a part needs only its own alternatives of the element before the last, where none
    of them is a phrase. Else a record of more than `copies` parts lies in the one always read.
    """
    split = [b""] * (1 + 2 * parts)
    for order, record in enumerate(records):
        kept: dict[int, list[str]] = {0: []}
        for element in record.elements[:1]:
            first, names = 1 + parts if element.gap else 1, element.symbol.split("|")
            kept = {}
            for name in names:
                kept.setdefault(first + (plan.numbers[name] >> 4) % parts, []).append(name)
            if element.gap or plan.phrases & set(names):
                kept = dict.fromkeys(kept if len(kept) <= copies else (0,), names)
        for place, names in kept.items():
            first_element = [replace(e, symbol="|".join(names)) for e in record.elements[:1]]
            part = replace(record, elements=first_element + record.elements[1:])
            split[place] += write(part) + struct.pack("<H", order)
    return split


def _parts(words: dict[str, bytes], count: int) -> list[bytes]:
    """Records in `count` parts by the low bits of their hash."""
    parts = [b""] * count
    for row in words.values():
        parts[int.from_bytes(row[:3], "little") % count] += row
    return parts


@dataclass
class _Lines:
    """Words in lines of flash: where a hash leads to, and what lies there."""

    moves: bytearray
    rows: list[bytes]
    #: Records that are longer than a line.
    rest: bytes = b""

    @property
    def data(self) -> bytes:
        return b"".join(row.ljust(LINE, b"\0") for row in self.rows) + self.rest


def line_of(h: int, move: int, lines: int) -> int:
    """The line that the words of hash `h` lie in; see `harken.crisis.reader`."""
    return (((h ^ move * 0x9E3B) * 0x5BD1E9 & 0xFFFFFF) >> 8) * lines >> 16


def _lines(words: dict[str, bytes]) -> _Lines:
    """Records in lines; each move is chosen so that all words that share it find room."""
    rest = b""
    size = sum(len(row) if len(row) <= LINE else 8 for row in words.values())
    for percent in range(_FULLEST, _EMPTIEST - 1, -_STEP):
        count = size * 100 // percent // LINE + 1
        rest = b""
        groups: list[list[tuple[int, bytes]]] = [[] for _ in range(len(words) // _MOVE_WORDS + 1)]
        for row in words.values():
            h = int.from_bytes(row[:3], "little")
            if len(row) > LINE:
                place = (count * LINE + len(rest)) // 2
                rest += row
                row = row[:3] + struct.pack("<BHH", _ELSEWHERE, place, len(row))
            groups[(h & 0xFFFF) * len(groups) >> 16].append((h, row))
        lines = _Lines(bytearray(len(groups)), [b""] * count, rest)
        order = sorted(range(len(groups)), key=lambda i: (-sum(len(r) for _, r in groups[i]), i))
        if count <= _MOST_LINES and all(_settle(lines, i, groups[i]) for i in order):
            return lines
    raise UserError(f"{len(words)} words do not find room", "Merge classes.")


def _settle(lines: _Lines, number: int, rows: list[tuple[int, bytes]]) -> bool:
    """Puts the records of one move into lines; False where there is no way."""
    for move in range(_MOVES):
        added: dict[int, bytes] = {}
        for h, row in rows:
            line = line_of(h, move, len(lines.rows))
            added[line] = added.get(line, b"") + row
            if len(lines.rows[line]) + len(added[line]) > LINE:
                break
        else:
            lines.moves[number] = move
            for line, own in added.items():
                lines.rows[line] += own
            return True
    return False


def build_table(lexicon: Lexicon) -> bytes:
    """The compiled table.

    Raises:
        UserError: a match string, class or limit is wrong; names the place.
    """
    tags = list(dict.fromkeys(pattern.tag for pattern in lexicon.pattern))
    if len(tags) > _MAX_TAGS:
        raise UserError(f"{len(tags)} tags: {', '.join(tags)}", f"At most {_MAX_TAGS}.")
    build = gather(lexicon, tags)
    numbers = _numbers(build)
    effects: list[Effect] = []
    follow = _follow(build, numbers)
    kept = {word for text in [*lexicon.common.words, *lexicon.hot.words] for word in split(text)}
    phrases = {record.adds for record in build.records}
    groups = _groups(build, _Plan(numbers, phrases, effects, follow))
    if len(effects) > _MAX_EFFECTS:
        raise UserError(f"{len(effects)} effects", f"At most {_MAX_EFFECTS}.")
    words = _word_records(build, numbers, groups, follow)
    lines = _lines({w: row for w, row in words.items() if w not in kept})
    if strange := sorted(kept - set(words)):
        raise UserError(f"[hot]: {', '.join(strange)}: in no pattern", "Remove these words.")
    lists = typos.lists_of(lexicon)
    hot = _parts({word: words[word] for word in sorted(kept)}, HOT_PARTS)
    memory = _memory((_combine(lexicon, tags), _openers(build, numbers)), hot, lines, lists)
    names = ",".join(tags).encode()
    rare = b"".join(struct.pack("<4BH", *effect) for effect in effects)
    patterns = b"".join(group.data for group in groups.values())
    first = struct.calcsize(HEADER) + len(memory) + len(names) + len(rare)
    offsets = [first, first + len(lines.data), first + len(lines.data) + len(patterns)]
    rest = struct.pack("<3HIII", len(memory), len(names), len(rare), *offsets)
    rest += memory + names + rare + lines.data + patterns + lists.data
    return MAGIC + struct.pack("<I", crc32(rest)) + rest


def _memory(
    first: tuple[bytes, bytes],
    hot: list[bytes],
    lines: _Lines,
    lists: typos.Lists,
) -> bytes:
    """What the guard keeps in memory; see `harken.crisis.lexicon`."""
    head = 2 * (_MEMORY_PARTS + 2)
    start = head + sum(map(len, first)) + 2 * (HOT_PARTS + 1)
    places = [start + len(b"".join(hot[:i])) for i in range(HOT_PARTS + 1)]
    typo_places = struct.pack(f"<{TYPO_LISTS + 1}H", *lists.places)
    parts = [*first, struct.pack(f"<{HOT_PARTS + 1}H", *places) + b"".join(hot)]
    parts += [bytes(lines.moves), typo_places, lists.words, lists.letters]
    offsets = [head + len(b"".join(parts[:i])) for i in range(_MEMORY_PARTS)]
    if not lists.letters:
        offsets[-1] = 0
    counts = len(lines.moves), len(lines.rows)
    return struct.pack(f"<{_MEMORY_PARTS + 2}H", *offsets, *counts) + b"".join(parts)


def _combine(lexicon: Lexicon, tags: list[str]) -> bytes:
    rows = b""
    for row in lexicon.combine:
        for tag in row.needs:
            if tag not in tags:
                raise UserError(f"combine: no pattern has the tag {tag!r}", "Name one that has.")
        mask = sum(1 << tags.index(tag) for tag in row.needs)
        rows += struct.pack("<HB", mask, LEVELS.index(row.level))
    return rows


def lexicon_path(language: str) -> Path:
    """The lexicon of a language."""
    return folder() / f"lexicon.{language}.toml"


def table_path(language: str) -> Path:
    """The compiled table of a language, in the firmware."""
    return repository() / "firmware" / "harken" / "crisis" / f"{language}.bin"


def compile_language(language: str) -> bytes:
    """Reads and compiles the lexicon of a language."""
    return build_table(read_lexicon(lexicon_path(language)))
