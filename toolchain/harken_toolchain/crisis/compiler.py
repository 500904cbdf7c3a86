"""Compiles a lexicon into what the guard reads; `harken.crisis.lexicon` has the format.

The result depends on the lexicon alone: the same TOML gives the same bytes.
"""

import struct
from binascii import crc32
from dataclasses import dataclass
from pathlib import Path

from harken.crisis import scan
from harken.crisis.lexicon import BLOCK, GROUP_UNIT, HEADER, HOT_PARTS, MAGIC
from harken.crisis.match import PIECE, WIDTH

from harken_toolchain.crisis.gather import RESERVED, Build, Effect, Record, gather, symbols
from harken_toolchain.crisis.patterns import Element, split, word_hash
from harken_toolchain.crisis.schema import LEVELS, Lexicon, folder, read_lexicon
from harken_toolchain.errors import UserError
from harken_toolchain.paths import repository

_FIRST_FREE = 8
#: Words a bucket on average, at most, and the most buckets.
_BUCKET_WORDS, _MOST_BUCKETS = 24, 256
#: Symbols that open a context by themselves.
_MOST_OPENERS = 250
_ANY = 0xFFFF
_MAX_SYMBOLS, _MAX_EFFECTS, _MAX_TAGS = 4096, 255, 16
_PHRASE = 255
_MORE = 1 << 15


def _numbers(build: Build) -> dict[str, int]:
    """Symbol -> number: the reserved ones, then those that open contexts, then all others."""
    numbers = {name: i for name, i in RESERVED.items() if name in build.members}
    rest = sorted(
        set(build.members) - set(numbers), key=lambda name: (name not in build.openers, name)
    )
    numbers |= {name: _FIRST_FREE + i for i, name in enumerate(rest)}
    if len(rest) + _FIRST_FREE > _MAX_SYMBOLS:
        raise UserError(f"{len(rest)} symbols", f"At most {_MAX_SYMBOLS - _FIRST_FREE}.")
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
    """The patterns that end in one symbol: where they lie and what must stand before them."""

    data: bytes
    place: int = 0
    near: int = 0
    far: int = 0

    @property
    def size(self) -> int:
        """Bits 12 to 14 of a unit: the first block fits into PIECE << size bytes."""
        first = 2 + (int.from_bytes(self.data[:2], "little") & 0x7FFF)
        return max(0, (first - 1) // PIECE).bit_length()

    def unit(self, symbol: int, flag: int = 0) -> bytes:
        """The symbol with the size and, behind it, the place."""
        return struct.pack("<HH", symbol | self.size << 12 | flag, self.place)


def _word_records(
    build: Build, numbers: dict[str, int], groups: dict[int, _Group], common: set[str]
) -> dict[str, bytes]:
    """Word -> its record: see `harken.crisis.match.find_word`."""
    lexicon = build.lexicon
    found = {word: [numbers[symbol] for symbol in own] for word, own in symbols(build).items()}
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
    return {
        word: _word_record(word, sorted(own), groups, word in common)
        for word, own in sorted(found.items())
    }


def _word_record(word: str, own: list[int], groups: dict[int, _Group], prints: bool) -> bytes:
    ends = [symbol for symbol in own if symbol in groups]
    data = word_hash(word).to_bytes(3, "little") + bytes([len(own) | len(ends) << 4])
    for symbol in ends:
        group = groups[symbol]
        data += group.unit(symbol)
        if prints:
            data += struct.pack("<HH", group.near, group.far)
    return data + b"".join(struct.pack("<H", symbol) for symbol in own if symbol not in groups)


def _typos(lexicon: Lexicon) -> tuple[bytes, list[int]]:
    """Lists by first letter of records of length, letters, hash.

    Words with doubled letters stand twice, as they are and without.
    """
    lists: dict[int, list[bytes]] = {}
    for text in dict.fromkeys(lexicon.typo.words):
        words = split(text)
        if len(words) != 1:
            raise UserError(f"{lexicon.language}: [typo]: {text!r}: no single word", "Mend it.")
        word, data = words[0], words[0].encode()
        squeezed = bytearray(len(data))
        n = scan.squeeze(data, len(data), squeezed, 2, 1)
        rows = lists.setdefault(min(max(data[0] - 97, -1) % 27, 26), [])
        for form in sorted({data, bytes(squeezed[:n])}, key=len, reverse=True):
            rows.append(bytes([len(form)]) + form + word_hash(word).to_bytes(3, "little"))
    data, places = b"", []
    for i in range(27):
        places.append(len(data))
        rows_together = b"".join(lists.get(i, []))
        if len(rows_together) > BLOCK:
            raise UserError(
                f"[typo]: too many words with {chr(97 + i)!r}", f"At most {BLOCK} bytes."
            )
        data += rows_together
    return data, [*places, len(data)]


def _record(
    record: Record, numbers: dict[str, int], effects: list[Effect], groups: dict[int, _Group]
) -> bytes:
    effect = _PHRASE
    if record.effect is not None:
        if record.effect not in effects:
            effects.append(record.effect)
        effect = effects.index(record.effect)
    body = b"".join(_units(element, numbers) for element in record.elements)
    tail = b""
    if record.adds:
        symbol = numbers[record.adds]
        known = groups.get(symbol)
        tail = known.unit(symbol, _MORE) if known else struct.pack("<H", symbol)
    return bytes([len(body) // 2, effect]) + body + tail


def _units(element: Element, numbers: dict[str, int]) -> bytes:
    """An element's alternatives; all but the last carry the mark that more follow."""
    own = [numbers[name] for name in element.symbol.split("|")]
    units = [symbol | _MORE for symbol in own[:-1]] + own[-1:]
    units[0] |= element.gap << 12
    return struct.pack(f"<{len(units)}H", *units)


def _groups(build: Build, numbers: dict[str, int], effects: list[Effect]) -> dict[int, _Group]:
    """Symbol -> its group; phrases name the places of groups, so they are laid out twice."""
    records: dict[int, list[Record]] = {}
    for record in build.records:
        records.setdefault(numbers[record.last], []).append(record)
    groups = {symbol: _Group(b"\0\0") for symbol in sorted(records)}
    for _ in range(2):
        place = 0
        for symbol, group in groups.items():
            group.data = _blocks([_record(r, numbers, effects, groups) for r in records[symbol]])
            group.place = place
            place += len(group.data) // GROUP_UNIT
    for symbol, group in groups.items():
        group.near, group.far = _prints(records[symbol], numbers)
    if place > 0xFFFF:
        raise UserError(f"{place * GROUP_UNIT} bytes of patterns", "At most 128 KB.")
    return groups


def _prints(records: list[Record], numbers: dict[str, int]) -> tuple[int, int]:
    """Bits of the symbols of which one must stand before the last word: directly, or in reach."""
    near = far = 0
    for record in records:
        if not record.elements:
            return _ANY, _ANY
        element = record.elements[0]
        for name in element.symbol.split("|"):
            bit = 1 << (numbers[name] & 15)
            near, far = (near, far | bit) if element.gap else (near | bit, far)
    return near, far


def _blocks(rows: list[bytes]) -> bytes:
    """Records in blocks that begin with their size; bit 15 says that another block follows."""
    blocks = [b""]
    for row in dict.fromkeys(rows):
        if len(blocks[-1]) + len(row) + 2 > BLOCK:
            blocks.append(b"")
        blocks[-1] += row
    last = len(blocks) - 1
    return b"".join(
        struct.pack("<H", len(block) | (_MORE if i < last else 0)) + block
        for i, block in enumerate(blocks)
    )


def _parts(words: dict[str, bytes], count: int) -> tuple[bytes, list[int]]:
    """Records in `count` parts by the low bits of their hash, and where the parts start and end."""
    data, places = b"", []
    for part in range(count):
        places.append(len(data))
        rows = b"".join(
            row for row in words.values() if int.from_bytes(row[:3], "little") % count == part
        )
        if len(rows) > BLOCK:
            raise UserError(f"{len(rows)} bytes of words in a bucket", f"At most {BLOCK}.")
        data += rows
    return data, [*places, len(data)]


def _bucket_bits(words: int) -> int:
    return (min(_MOST_BUCKETS, words // _BUCKET_WORDS + 1) - 1).bit_length()


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
    groups = _groups(build, numbers, effects)
    if len(effects) > _MAX_EFFECTS:
        raise UserError(f"{len(effects)} effects", f"At most {_MAX_EFFECTS}.")
    common = {word for text in lexicon.common.words for word in split(text)}
    words = _word_records(build, numbers, groups, common)
    rare = {word: row for word, row in words.items() if word not in common}
    bits = _bucket_bits(len(rare))
    buckets, bucket_places = _parts(rare, 1 << bits)
    hot, hot_places = _parts({word: words[word] for word in sorted(common)}, HOT_PARTS)
    typos, typo_places = _typos(lexicon)
    names = ",".join(tags).encode()
    parts = [
        b"".join(struct.pack("<4BH", *effect) for effect in effects),
        _combine(lexicon, tags),
        _openers(build, numbers),
        hot,
    ]
    places = [*hot_places, *bucket_places, *typo_places]
    memory = b"".join(parts) + struct.pack(f"<{len(places)}H", *places) + names
    patterns = b"".join(group.data for group in groups.values())
    first = struct.calcsize(HEADER) + len(memory)
    offsets = [first, first + len(buckets), first + len(buckets) + len(patterns)]
    fields = [*map(len, parts), len(names), bits, *offsets]
    rest = struct.pack("<6HIII", *fields) + memory + buckets + patterns + typos
    return MAGIC + struct.pack("<I", crc32(rest)) + rest


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
