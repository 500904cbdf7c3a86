"""The application on the board beside the simulated one: replies, heap, time."""

import pytest
from harken_toolchain import boards, paths
from harken_toolchain.sim import flash
from harken_toolchain.sim.device import SimulatedBoard

LINES = ("i feel so alone tonight", "i am so happy today", "i want to kill myself")


@pytest.fixture(scope="module")
def simulated(tmp_path_factory, runtime):
    """What the simulated board answers to the same lines, and its heap."""
    state = tmp_path_factory.mktemp("flash")
    flash.fill(state)
    with SimulatedBoard(runtime, state, paths.repository() / "firmware") as board:
        return [board.say(line) for line in LINES], board.call("status")


def test_the_board_greets_with_all_its_parts(console):
    hello = console("hello")
    assert "no therapist" in hello["text"]
    assert all(hello["parts"].values()), hello["parts"]


def test_the_board_says_what_the_simulator_says(console, simulated):
    replies = [console("line", text=line) for line in LINES]
    for found, wanted in zip(replies, simulated[0], strict=True):
        assert (found["risk"], found["emotion"]) == (wanted["risk"], wanted["emotion"])
    print("line: board ms, simulator ms, board heap, simulator heap")
    for line, found, wanted in zip(LINES, replies, simulated[0], strict=True):
        times = found["latency_ms"], wanted["latency_ms"]
        print(f"{line}: {times}, {found['heap_used']}, {wanted['heap_used']}")


def test_the_budgets_of_the_board_are_kept(console, simulated):
    budget = boards.default().budget
    console("line", text=LINES[0])
    reply = console("line", text=LINES[1])
    status = console("status")
    print(f"heap: board {status['heap_used']}, simulator {simulated[1]['heap_used']}")
    assert status["heap_used"] <= budget.heap_bytes
    assert reply["latency_ms"] <= budget.line_ms
