"""Counted instructions, and what `harken bench text --cost` says from them."""

import pytest
from harken_toolchain import boards
from harken_toolchain.sim import instructions
from harken_toolchain.train import bench, text_cost
from rich.console import Console

LOG = b"""PROLOGUE: [size=45]
----------------
IN: main
0x00401000:  55                       pushl    %ebp
0x00401001:  89 e5                    movl     %esp, %ebp

Trace 0: 0x7f00 [00000000/00401000/000000b3/00000000] main
----------------
IN:
0x00401003:  90                       nop

Trace 0: 0x7f10 [00000000/00401003/000000b3/00000000] main
Trace 0: 0x7f00 [00000000/00401000/000000b3/00000000] main
"""


def test_a_block_counts_as_often_as_it_runs():
    assert instructions.totals(LOG.splitlines(keepends=True)) == [2 + 1 + 2]


def test_marks_tell_what_ran_before_them():
    lines = LOG.splitlines(keepends=True)
    lines.insert(-1, b"123 write(1,0x407f,1) = 1\n")
    assert instructions.totals(lines, b" write(1,") == [2 + 1, 2 + 1 + 2]
    assert instructions.totals(lines) == [2 + 1 + 2]


def test_a_board_holds_one_model_of_emotions():
    sizes = {"goemotions": 200, "emotion": 100, "crisis": 50, "intent": 20}
    assert text_cost.on_one_board(sizes) == 270
    assert text_cost.on_one_board({"emotion": 100, "crisis": 50}) == 150
    assert text_cost.on_one_board({}) == 0


def test_sizes_are_added_up_by_release():
    costs = text_cost.Costs(
        model="a",
        features=[],
        target_ms=4.0,
        bytes={"a": 1000, "b": 200, "c": 30},
        release={"a": "default", "b": "opt-in", "c": "measure"},
        target_bytes=5000,
    )
    console = Console(width=200)
    with console.capture() as said:
        console.print(text_cost.sizes_table(costs))
    assert "1,200 of 5,000" in said.get()
    assert "1,230 of 5,000" in said.get()


@pytest.fixture
def counter(runtime: list[str]) -> None:
    """What counts instructions; the runtime is one of its parts."""
    if not instructions.available():
        pytest.skip("no qemu-i386")


@pytest.mark.micropython
@pytest.mark.slow
def test_more_work_takes_more_instructions(counter: None):
    script = "import sys\nfor _ in range(int(sys.argv[1])):\n    for _ in range({}): pass\n"
    few, more = (instructions.each(script.format(turns)) for turns in (100, 400))
    assert 3 < more / few < 4.2


@pytest.mark.micropython
@pytest.mark.slow
def test_work_is_told_apart_by_prints(counter: None):
    script = "print()\nfor turns in (100, 400):\n    for _ in range(turns): pass\n    print()\n"
    first, second, third = instructions.at_prints(script, "64k")
    assert 3 < (third - second) / (second - first) < 4.2


@pytest.mark.micropython
@pytest.mark.slow
def test_text_features_keep_to_their_time(counter: None):
    found = text_cost.measure(bench.recipes(), boards.default(), lambda *step: None)
    assert [one.characters for one in found.features] == [100, 100]
    assert all(0 < one.ms <= found.target_ms for one in found.features)
