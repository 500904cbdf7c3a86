"""Where instructions lie: offsets, alignment, and the placing of loop bodies.

The body of a zero-overhead loop must start in one fetch word or every turn costs a cycle more;
narrow instructions before the loop are widened, or a no-operation is added, until it does.
"""

from dataclasses import dataclass, field

from harken_toolchain.errors import UserError
from harken_toolchain.lx6.encoding import table

_FETCH = 4
_WIDE = {"add.n": "add", "addi.n": "addi", "l32i.n": "l32i", "s32i.n": "s32i", "movi.n": "movi"}
#: The manual forbids these as the last instruction of a loop body.
_NOT_LAST = ("entry", "retw.n", "callx8", "syscall", "loop", "loopnez", "loopgtz", "j")


@dataclass
class Item:
    """One instruction or alignment with its place in the source."""

    name: str
    args: list[str]
    place: str
    labels: list[str] = field(default_factory=list)
    align: int = 0

    @property
    def size(self) -> int:
        return table()[self.name].size


def mistake(place: str, what: str) -> UserError:
    return UserError(f"{place}: {what}", "Correct this line of the kernel's source.")


def offsets(items: list[Item]) -> list[int]:
    """The offset of every item, and of the end."""
    found = [0]
    for item in items:
        here = found[-1]
        found.append(-(-here // item.align) * item.align if item.align else here + item.size)
    return found


def _widen_before(items: list[Item], index: int) -> bool:
    """Makes one narrow instruction before `index`, in the same straight line, a wide one."""
    for item in reversed(items[:index]):
        if item.align or item.name.startswith(("b", "j", "loop", "retw")):
            return False
        if item.name in _WIDE:
            item.name = _WIDE[item.name]
            return True
        if item.name == "mov.n":
            item.name, item.args = "or", [item.args[0], item.args[1], item.args[1]]
            return True
        if item.labels:
            return False
    return False


def place_loops(items: list[Item]) -> None:
    """Widens or pads until the first instruction of every loop body lies in one fetch word."""
    index = 0
    while index < len(items) - 1:
        if items[index].name.startswith("loop"):
            while True:
                start = offsets(items)[index + 1] % _FETCH
                if start + items[index + 1].size <= _FETCH:
                    break
                if not _widen_before(items, index):
                    pad = ("mov.n", ["a0", "a0"]) if start % 2 else ("nop", [])
                    items.insert(index, Item(*pad, items[index].place, items[index].labels))
                    items[index + 1].labels = []
                    index += 1
        index += 1


def check_loop_ends(items: list[Item], targets: set[str]) -> None:
    for before, item in zip(items, items[1:], strict=False):
        if targets & set(item.labels) and before.name in _NOT_LAST:
            raise mistake(before.place, f"'{before.name}' cannot end a loop body")
