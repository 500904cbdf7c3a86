"""Power fails in the middle of a write to flash: the loader still finds a whole copy."""

import random
from pathlib import Path

import pytest
from harken_toolchain import micropython

#: Cuts in one process, which keeps the whole flash at each.
BATCH = 200
SCRIPT = Path(__file__).parent / "power_cut.py"


@pytest.mark.micropython
def test_power_that_fails_after_any_number_of_bytes_leaves_a_board_that_starts(runtime):
    whole = int(micropython.run_script(SCRIPT, heap="1m"))
    chance = random.Random(11)
    grid = range(0, whole, 512)
    # The file system's own writes are few and decide: every 16th byte of the last ones.
    end = range(whole - 10000, whole, 16)
    places = sorted({*grid, *end, whole - 1, *(chance.randrange(whole) for _ in range(200))})
    lines = []
    for at in range(0, len(places), BATCH):
        batch = " ".join(map(str, places[at : at + BATCH]))
        lines += micropython.run_script(SCRIPT, stdin=batch, heap="32m").splitlines()
    assert len(lines) == len(places)
    versions = []
    for line in lines:
        _, version, intact = line.split()
        assert intact == "True", line
        versions.append(version)
    assert versions[0] == "old" and versions[-1] == "new"
    assert versions == sorted(versions, reverse=True)  # one moment of change
