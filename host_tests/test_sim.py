"""The firmware's own files on the simulated board, under MicroPython and CPython."""

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from harken_toolchain import boards, paths
from harken_toolchain.sim import compiled, flash
from harken_toolchain.sim.device import BoardError, SimulatedBoard, pieces

pytestmark = pytest.mark.micropython

SOURCE = paths.repository() / "firmware"
#: Heaps on which both models never have room together.
SMALL_HEAPS = ("120k", "124k", "128k")
#: Heaps that hold the guard's model, but not beside what an answer to danger loads.
TIGHT_HEAPS = ("142k", "144k", "146k", "150k", "162k", "163k", "164k")
HARKEN = [sys.executable, "-c", "from harken_toolchain.cli import main; main()"]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    flash.fill(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def firmware() -> Path:
    """The firmware as `harken sim` boots it: each file compiled."""
    return compiled.cached()


@pytest.fixture
def board(runtime: list[str], state: Path, firmware: Path) -> Iterator[SimulatedBoard]:
    with SimulatedBoard(runtime, state, firmware) as started:
        yield started


def test_first_conversation(board: SimulatedBoard):
    alone = board.say("i feel so alone tonight")
    assert alone["emotion"] in ("sadness", "fear")
    assert 0 < alone["confidence"] <= 1
    assert alone["risk"] == "none"
    assert alone["text"]
    assert alone["latency_ms"] >= 0
    assert 0 < alone["heap_used"] < boards.default().ram.heap_bytes
    danger = board.say("i want to kill myself")
    assert danger["risk"] == "high"
    assert "findahelpline" in danger["text"] or "112" in danger["text"]


def test_what_is_not_clear_is_asked_about(board: SimulatedBoard):
    plain = board.say("the meeting is at three")
    assert plain["state"] is None
    unclear = (SOURCE / "harken/dialogue/replies.en.tsv").read_text().split("unclear\t")[1:]
    assert plain["text"] in [line.splitlines()[0] for line in unclear]


def test_country_chooses_the_helpline(board: SimulatedBoard):
    board.say("/country GB")
    assert "116 123" in board.say("i want to kill myself")["text"]


def test_language_is_followed_until_it_is_chosen(board: SimulatedBoard):
    spanish = board.say("quiero matarme, no quiero vivir más")
    assert spanish["risk"] in ("high", "imminent")
    assert "No puedo llamar" in spanish["text"] or "llamar" in spanish["text"]
    board.say("/language en")
    assert "call" in board.say("i want to kill myself")["text"]
    assert board.call("language")["language"] == "en"


def test_danger_is_not_forgotten(board: SimulatedBoard):
    board.say("i want to kill myself")
    assert board.say("the weather is nice")["risk"] == "high"


def test_greeting_says_what_it_is_not(board: SimulatedBoard):
    text = board.call("hello")["text"]
    assert "no therapist" in text
    assert "no emergency service" in text


@pytest.mark.parametrize(
    "line",
    [
        "",
        "   ",
        "😀😭🏽",
        "é" * 3000,
        "word " * 2000,
        "\x00\x01",
        "{not json",
        "日本語",
        "a" * 10000,
    ],
)
def test_odd_lines_are_answered(board: SimulatedBoard, line: str):
    assert board.say(line)["text"]
    assert board.call("status")["log"] == []


def test_danger_at_the_end_of_a_long_line(board: SimulatedBoard):
    assert board.say("blah " * 1990 + ". i want to kill myself")["risk"] == "high"


def test_heap_holds_through_a_long_conversation(board: SimulatedBoard):
    used = [board.say(f"today is day {day} and i feel fine")["heap_used"] for day in range(60)]
    assert max(used) < boards.default().ram.heap_bytes
    assert max(used[10:]) - min(used[10:]) < 1024
    assert board.call("status")["log"] == []


def test_damaged_model_leaves_the_guard(runtime: list[str], state: Path, firmware: Path):
    flash.damage(state, "emotion")
    with SimulatedBoard(runtime, state, firmware) as board:
        assert board.call("hello")["parts"]["emotion"] == "failed"
        assert board.say("i feel so alone tonight")["text"]
        assert board.say("i want to kill myself")["risk"] == "high"
        assert "damaged" in " ".join(board.call("status")["log"])


def test_settings_outlive_a_restart(runtime: list[str], state: Path, firmware: Path):
    with SimulatedBoard(runtime, state, firmware) as board:
        board.say("/country IE")
    with SimulatedBoard(runtime, state, firmware) as board:
        assert board.call("country")["country"] == "IE"


def test_sources_boot_too(runtime: list[str], state: Path):
    with SimulatedBoard(runtime, state, SOURCE) as board:
        assert board.say("i feel so alone tonight")["emotion"]
        assert board.say("i want to kill myself")["risk"] == "high"


def test_unknown_method_is_an_error(board: SimulatedBoard):
    with pytest.raises(BoardError, match="no method"):
        board.call("nix")


def test_cpython_answers_alike(runtime: list[str], state: Path, firmware: Path, tmp_path: Path):
    flash.fill(tmp_path / "other")
    board = SimulatedBoard(runtime, state, firmware)
    with board, SimulatedBoard(None, tmp_path / "other", SOURCE) as other:
        for line in ("i feel so alone tonight", "i am so happy today", "i want to kill myself"):
            one, two = board.say(line), other.say(line)
            for key in ("text", "emotion", "confidence", "risk", "kind", "reason"):
                assert one[key] == pytest.approx(two[key]), (line, key)


def test_the_guards_model_comes_where_it_leaves_room(
    runtime: list[str], state: Path, firmware: Path, board: SimulatedBoard
):
    assert board.call("hello")["parts"]["crisis model"] == "ready"
    assert ", model " in board.say("i want to kill myself")["reason"]
    with SimulatedBoard(runtime, state, firmware, "128k") as small:
        assert small.call("hello")["parts"]["crisis model"] == "no room"
        assert small.say("i am so happy today")["emotion"] == "joy"


def test_the_guards_model_comes_before_the_emotion_model(
    runtime: list[str], state: Path, firmware: Path
):
    with SimulatedBoard(runtime, state, firmware, "150k") as board:
        parts = board.call("hello")["parts"]
        assert (parts["crisis model"], parts["emotion"]) == ("ready", "no room")


def test_both_models_come_back_after_an_answer_to_danger(board: SimulatedBoard):
    answers = []
    for _ in range(3):
        danger = board.say("i want to kill myself")
        answers.append(danger["text"])
        assert ", model " in danger["reason"]
        assert board.say("i am so happy today")["emotion"] == "joy"
    assert all(one != next for one, next in pairwise(answers))
    assert board.call("status")["log"] == []


@pytest.mark.parametrize("heap", TIGHT_HEAPS)
def test_the_guards_model_comes_back_after_an_answer_to_danger(
    runtime: list[str], state: Path, firmware: Path, heap: str
):
    with SimulatedBoard(runtime, state, firmware, heap) as board:
        for _ in range(3):
            assert ", model " in board.say("i want to kill myself")["reason"]
            assert board.say("i am so happy today")["text"]
        assert board.call("hello")["parts"]["crisis model"] == "ready"


@pytest.mark.parametrize("heap", SMALL_HEAPS)
def test_a_small_heap_hears_danger(runtime: list[str], state: Path, firmware: Path, heap: str):
    line = "blah " * 1990 + ". i want to kill myself"
    with SimulatedBoard(runtime, state, firmware, heap) as board:
        for _ in range(3):
            assert board.say(line)["risk"] == "high"
            assert board.say("what a day")["text"]


def test_command_prints_one_json_object_a_reply(runtime: list[str]):
    said = "i feel so alone tonight\ni want to kill myself\n"
    done = subprocess.run([*HARKEN, "sim", "--json"], input=said, capture_output=True, text=True)
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [reply["risk"] for reply in replies] == ["none", "high"]
    wanted = {"text", "emotion", "confidence", "risk", "latency_ms", "heap_used"}
    assert all(wanted <= set(reply) for reply in replies)
    assert done.returncode == 0


def test_command_prints_a_transcript(runtime: list[str], tmp_path: Path):
    script = tmp_path / "talk.txt"
    script.write_text("i feel so alone tonight\n/help\n")
    done = subprocess.run(
        [*HARKEN, "sim", "--script", str(script)], capture_output=True, text=True, check=True
    )
    assert "> i feel so alone tonight" in done.stdout
    assert "/country" in done.stdout


def test_without_micropython_the_firmware_runs_on_cpython(tmp_path: Path):
    bare = {"HOME": str(tmp_path), "PATH": "/nowhere", "HARKEN_CACHE": str(tmp_path / "cache")}
    done = subprocess.run(
        [*HARKEN, "sim", "--json"],
        input="i want to kill myself\n",
        capture_output=True,
        text=True,
        env=bare,
        timeout=60,
    )
    assert "running the firmware on CPython instead" in done.stderr
    assert json.loads(done.stdout)["risk"] == "high"


def test_missing_script_is_told():
    done = subprocess.run([*HARKEN, "sim", "--script", "nix"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "no file nix" in done.stderr


def test_long_texts_are_cut_between_words():
    text = "one two " * 1000
    assert " ".join(pieces(text)) == text
    assert "".join(pieces("é" * 5000)).replace(" ", "") == "é" * 5000
    assert pieces("") == [""]
