"""What one look of the guard costs: instructions and reads of flash.

The guard runs compiled, as in an image, on the 32-bit runtime for x86; see `sim.instructions`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harken_toolchain.boards.schema import Board
from harken_toolchain.crisis.cases import Case
from harken_toolchain.engine import estimate
from harken_toolchain.sim import instructions

#: Milliseconds that a look may take.
TARGET_MS = 5.0
#: Characters of a text, and how many texts of each sort are measured.
LENGTH, TEXTS = 200, 128
_HEAP = "128k"
#: Texts on that heap at a time; with more of them it would run full in the middle of a look.
_AT_ONCE = 32
#: Bytes of a block of the application's file system.
_FS_BLOCK = 512
_SCRIPT = """
import gc
from harken.crisis import Guard
texts = {texts!r}
guard = Guard({language!r})
for text in [texts[0] + " caf\u00e9"] + texts:  # the first one loads what a look wants
    gc.collect()
    print()
    guard.look(text)
    print()
assert not guard.fault, guard.fault
"""


@dataclass
class Cost:
    """One text of LENGTH characters.

    Attributes:
        instructions: executed, file system of the host excluded.
        reads, bytes: pieces of the tables read from flash.
        hops: blocks that littlefs visits besides to find the pieces; each is a small read.
    """

    sort: str
    instructions: int
    reads: int
    bytes: int
    hops: int


def texts(cases: list[Case]) -> list[tuple[str, str]]:
    """(sort, text): cases strung together to texts of LENGTH characters, evenly chosen."""
    found = []
    for sort, chosen in (
        ("harmless", [case.text for case in cases if case.harmless]),
        ("danger", [case.text for case in cases if case.dangerous]),
    ):
        step = max(1, len(chosen) // TEXTS)
        for i in range(TEXTS):
            strung = ". ".join(chosen[i * step : i * step + 40])
            found.append((sort, strung[: strung.rfind(" ", 0, LENGTH + 1)]))
    return found


def measure(language: str, rows: list[tuple[str, str]]) -> list[Cost]:
    """The cost of every (sort, text).

    Raises:
        UserError: qemu-i386 or the 32-bit runtime is missing.
        ScriptError: the guard failed.
    """
    counts = _instructions(language, [text for _, text in rows])
    return [
        Cost(sort, count, *_reads(language, text))
        for (sort, text), count in zip(rows, counts, strict=True)
    ]


def summary(costs: list[Cost], board: Board) -> list[dict]:
    """The mean of every sort of text, with estimated milliseconds on `board`; harmless first."""
    cycles = estimate.table()["cycles_per_instruction"]
    rows = []
    for sort in dict.fromkeys(cost.sort for cost in costs):
        own = [cost for cost in costs if cost.sort == sort]
        means = {
            name: round(sum(getattr(cost, name) for cost in own) / len(own))
            for name in ("instructions", "reads", "bytes", "hops")
        }
        cpu = means["instructions"] * cycles / (board.cpu.mhz * 1000)
        flash = 1000 * means["bytes"] / board.flash.read_bytes_per_s
        ms = {"cpu_ms": round(cpu, 2), "flash_ms": round(flash, 2), "ms": round(cpu + flash, 2)}
        rows.append({"texts": sort, **means, **ms})
    return rows


def show(rows: list[dict]) -> None:
    """Prints a summary."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*rows[0], title=f"A text of {LENGTH} characters, mean of {TEXTS}")
    for row in rows:
        table.add_row(*[f"{v:,}" if isinstance(v, int) else str(v) for v in row.values()])
    console = Console()
    console.print(table)
    console.print(
        f"Target for harmless texts: {TARGET_MS} ms. Estimated: instructions counted on x86, reads "
        "at the board's sequential speed. littlefs finds a piece over a chain of blocks (hops), "
        "each a small read more, whose time is not known."
    )


def _instructions(language: str, chosen: list[str]) -> list[int]:
    """Instructions of a look at each text; what they load was loaded before."""
    found: list[int] = []
    for at in range(0, len(chosen), _AT_ONCE):
        script = _SCRIPT.format(texts=chosen[at : at + _AT_ONCE], language=language)
        marks = instructions.at_prints(script, _HEAP)
        found += [after - before for before, after in zip(marks[2::2], marks[3::2], strict=True)]
    return found


def _reads(language: str, text: str) -> tuple[int, int, int]:
    """Reads, bytes and hops of one look, noted on CPython."""
    from harken.crisis import Guard

    guard = Guard(language)
    files = [lexicon.file for lexicon in guard._lexicons]
    noted: list[tuple[int, int]] = []
    size = sum(table.stat().st_size for table in _tables(language)) // len(_tables(language))
    for file in files:
        _note(file, noted)
    guard.look(text)
    hops = sum(_hops(size, offset, count) for offset, count in noted)
    return len(noted), sum(count for _, count in noted), hops


def _note(file: Any, noted: list[tuple[int, int]]) -> None:
    """Writes down where each piece that is read from a table lies, and its size."""
    readinto = file.readinto

    def read(buffer: bytearray, size: int) -> int:
        noted.append((file.tell(), size))
        return int(readinto(buffer, size))

    file.readinto = read


def _tables(language: str) -> list[Path]:
    from harken_toolchain.crisis.compiler import table_path

    return [table_path(name) for name in dict.fromkeys((language, "en"))]


def _block(offset: int) -> int:
    """The number of the block of a littlefs file that holds a byte (SPEC.md, CTZ skip-lists)."""
    i = offset // (_FS_BLOCK - 8)
    if not i:
        return 0
    return (offset - 4 * ((i - 1).bit_count() + 2)) // (_FS_BLOCK - 8)


def _hops(size: int, offset: int, count: int) -> int:
    """Pointers that littlefs follows from a file's last block to where a piece begins and ends."""
    hops = 0
    last = _block(size - 1)
    for target in {_block(offset), _block(offset + count - 1)}:
        current = last
        while current > target:
            zeros = (current & -current).bit_length() - 1
            current -= 1 << min(zeros, (current - target).bit_length() - 1)
            hops += 1
    return hops
