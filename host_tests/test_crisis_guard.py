"""The guard: never fails, never forgets what it found, and knows danger from its twins."""

import shutil

import pytest
from harken.crisis import CONCERN, HIGH, IMMINENT, LEVELS, NONE, Guard
from harken.crisis.session import Session
from harken_toolchain import micropython
from harken_toolchain.crisis import cases
from hypothesis import given, settings
from hypothesis import strategies as st

GUARD = Guard("en")

#: Texts with the least level that they must have.
DANGER = [
    ("i want to kill myself", HIGH),
    ("I’m going to end my life tonight", IMMINENT),
    ("i took all my pills", IMMINENT),
    ("k i l l  m y s e l f", HIGH),
    ("i want to k1ll mys3lf", HIGH),
    ("i want to kіll mуself", HIGH),
    ("i wanna kiiiilll myselfff", HIGH),
    ("thinking about sucide", HIGH),
    ("my sister wants to die", HIGH),
    ("i used to want to kill myself", CONCERN),
    ("no reason to live", HIGH),
    ("kms", HIGH),
]
HARMLESS = [
    "this homework is killing me",
    "i'm dying to see you",
    "i would never hurt myself",
    "i want to dye my hair",
    "i want to go on a diet",
    "shoot me an email",
    "i bought a rope for the swing in the garden",
    "",
    "   ",
    "😀",
]


@pytest.mark.parametrize("text,least", DANGER)
def test_danger_is_heard(text, least):
    verdict = GUARD.look(text)
    assert verdict.level >= least
    assert verdict.kind and verdict.reason.startswith("lexicon: ")


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_is_let_pass(text):
    verdict = GUARD.look(text)
    assert (verdict.level, verdict.kind, verdict.reason) == (NONE, "", "")


def test_somebody_else_is_told_apart():
    assert GUARD.look("my brother wants to die").person == "other"
    assert GUARD.look("my brother left and i want to die").person == "self"


@given(st.text(max_size=300) | st.binary(max_size=300) | st.none() | st.integers())
@settings(derandomize=True, max_examples=300, deadline=2000)
def test_no_input_makes_it_fail(value):
    assert GUARD.look(value).level in range(len(LEVELS))
    assert GUARD.fault == ""


SEPARATORS = st.sampled_from(
    [" ", ". ", ", ", "!", "\n", " - ", "…", '"', "😀", "? ", ") ", "*", "$"]
)


@given(
    st.sampled_from([text for text, _ in DANGER]),
    SEPARATORS,
    st.text(max_size=120) | st.sampled_from(HARMLESS) | st.sampled_from(["lol jk", "laughing"]),
)
@settings(derandomize=True, max_examples=400, deadline=2000)
def test_a_suffix_never_hides_danger(text, separator, suffix):
    assert GUARD.look(text + separator + suffix).level >= GUARD.look(text).level


@pytest.mark.slow
@given(st.sampled_from(cases.tuned("en")), SEPARATORS, st.sampled_from(cases.tuned("en")))
@settings(derandomize=True, max_examples=3000, deadline=2000)
def test_no_case_hides_another(first, separator, second):
    text = first.text
    assert GUARD.look(text + separator + second.text).level >= GUARD.look(text).level


@given(st.lists(st.sampled_from("kil mysef dontwa.!*-$1іу😀\u200b "), max_size=60))
@settings(derandomize=True, max_examples=300, deadline=2000)
def test_pieces_of_danger_only_add_up(pieces):
    text = "".join(pieces) + " "
    assert GUARD.look(text + "nice day").level >= GUARD.look(text).level


def test_long_texts_are_read_to_their_end():
    filler = "we had a good day and the sun was out. " * 400
    assert GUARD.look(filler + "i want to kill myself").level >= HIGH
    assert GUARD.look(filler).level == NONE


def test_invalid_bytes_do_not_hide_danger():
    text = b"i want to kill myself"
    for tail in (b"\xff", b"\xc3", b"\xe2\x80", b"\xf0\x9f", b"\x80 ok"):
        assert GUARD.look(text + tail).level >= HIGH


def test_broken_tables_leave_the_phrases(tmp_path, monkeypatch):
    from harken.crisis import guard as module

    shutil.copy(module.__file__, tmp_path / "guard.py")
    (tmp_path / "en.bin").write_bytes(b"HKG4 but damaged")
    monkeypatch.setattr(module, "__file__", str(tmp_path / "guard.py"))
    broken = Guard("en")
    assert "checksum" in broken.fault
    verdict = broken.look("i want to kill myself")
    assert verdict.level >= HIGH and verdict.reason == "fallback: phrase"


def test_a_failing_model_changes_nothing():
    def fails(text):
        raise MemoryError

    assert Guard("en", model=fails).look("i want to die").level >= HIGH


WEAK = ["suicide", "it is better without me", "my note"]


@pytest.mark.parametrize("text", WEAK)
def test_weak_patterns_count_where_no_model_reads_along(text):
    def fails(text):
        raise MemoryError

    assert Guard("en").look(text).level == CONCERN
    assert Guard("en", model=fails).look(text).level == CONCERN
    assert Guard("en", model=lambda text: None).look(text).level == CONCERN
    assert Guard("de").look(text).level == CONCERN
    quiet = Guard("en", model=lambda text: (NONE, 0.1, "", "self"))
    assert quiet.look(text).level == NONE
    heard = Guard("en", model=lambda text: (CONCERN, 0.9, "abuse", "other")).look(text)
    assert (heard.level, heard.kind, heard.person) == (CONCERN, "abuse", "other")


def test_what_is_of_concern_counts_unless_the_model_is_sure():
    def says(probability):
        return Guard("en", model=lambda text: (NONE, probability, "", "self"))

    hopeless, intent = "i have lost all hope", "i want to kill myself"
    assert Guard("en").look(hopeless).level == CONCERN
    assert says(0.11).look(hopeless).level == CONCERN
    sure = says(0.09).look(hopeless)
    assert (sure.level, sure.kind, sure.reason) == (NONE, "", "")
    assert says(0.0).look(intent).level >= HIGH
    assert says(0.0).look(hopeless + ". " + intent).level >= HIGH


WEAK_AND_HIGH = ["he punches me", "she collapsed", "my goodbye"]


@pytest.mark.parametrize("text", WEAK_AND_HIGH)
def test_weak_patterns_are_high_where_the_model_agrees(text):
    assert Guard("en").look(text).level >= HIGH
    assert Guard("en", model=lambda text: None).look(text).level >= HIGH
    assert Guard("en", model=lambda text: (NONE, 0.1, "", "self")).look(text).level == CONCERN
    agreed = Guard("en", model=lambda text: (CONCERN, 0.9, "suicide", "self")).look(text)
    assert agreed.level >= HIGH and agreed.reason.startswith("lexicon: ")
    assert agreed.reason.endswith(", model 0.90")


@pytest.mark.parametrize("text", ["i want to die", "i want to kill myself", "i overdosed"])
def test_what_is_said_outright_needs_no_model(text):
    assert Guard("en", model=lambda text: (NONE, 0.1, "", "self")).look(text).level >= HIGH


def test_a_guard_without_tables_and_with_a_model_that_fails_still_answers(monkeypatch):
    def fails(*_):
        raise OSError("the flash is gone")

    guard = Guard("en", model=fails)
    monkeypatch.setattr(guard, "_read", fails)
    assert guard.look("i want to kill myself").level >= HIGH


def test_a_model_only_raises():
    def says(level):
        return Guard("en", model=lambda text: (level, 0.9, "abuse", "other"))

    assert says(CONCERN).look("hello").level == CONCERN
    assert says(CONCERN).look("hello").reason == "model 0.90"
    assert says(NONE).look("i want to die").level >= HIGH
    assert says(HIGH).look("everything is fine").level == HIGH


class Clock:
    def __init__(self):
        self.now = 1000

    def __call__(self):
        return self.now


def test_the_level_stays_until_time_or_a_check_in():
    clock = Clock()
    guard = Guard("en", clock=clock)
    guard.look("i want to die")
    guard.look("i'm fine, forget it")
    assert guard.level >= HIGH
    clock.now += 25 * 3600
    assert guard.level == CONCERN
    clock.now += 73 * 3600
    assert guard.level == NONE


def test_check_ins_lower_step_by_step():
    clock = Clock()
    session = Session(clock)
    session.raise_to(IMMINENT)
    assert session.check_in() == CONCERN
    assert session.check_in() == CONCERN, "too soon after the first"
    clock.now += 1800
    assert session.check_in() == NONE


def test_the_state_survives_a_restart_and_a_clock_that_starts_anew():
    clock = Clock()
    session = Session(clock)
    session.raise_to(HIGH)
    kept = session.state()
    clock.now = 5
    after = Session(clock)
    after.restore(kept)
    assert after.level == HIGH


@pytest.mark.micropython
def test_micropython_gives_the_same_verdicts(runtime):
    texts = [text for text, _ in DANGER] + HARMLESS
    texts += [case.text for case in cases.tuned("en")][::75]
    script = (
        "from harken.crisis import Guard\nguard = Guard('en')\nassert not guard.fault\n"
        f"for text in {texts!r}:\n    v = guard.look(text)\n"
        "    print(v.level, v.kind, v.person, v.reason)\n"
    )
    lines = micropython.run_script(script, heap="256k").splitlines()
    for text, line in zip(texts, lines, strict=True):
        v = GUARD.look(text)
        assert line == f"{v.level} {v.kind} {v.person} {v.reason}", text


@pytest.mark.micropython
@pytest.mark.parametrize("language", ["en", "de", "hi"])
def test_tables_and_state_take_less_than_6_kb(runtime, language):
    """A second language shares the buffers of English."""
    script = (
        "import gc\nfrom harken.text import fold\n"
        "from harken.crisis import Guard, automaton, disguise, lexicon, match, scan, session\n"
        f"gc.collect()\nbefore = gc.mem_alloc()\nguard = Guard({language!r})\n"
        "guard.look('i want to kill myself tonight')\ngc.collect()\n"
        "print(gc.mem_alloc() - before)\n"
    )
    assert int(micropython.run_script(script)) < 6 * 1024
