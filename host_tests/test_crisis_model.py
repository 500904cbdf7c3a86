"""The guard's second stage: it only raises, reads a text from its beginning, and may be missing."""

import json

import numpy as np
import pytest
from harken.crisis import CONCERN, LEVELS, NONE, Guard
from harken.crisis.model import Model, asked, pieces
from harken.crisis.undisguise import undisguised, unspaced
from harken_toolchain import data, micropython
from harken_toolchain.crisis import cases, stages
from harken_toolchain.train import crisis_risk, crisis_texts
from hypothesis import given, settings
from hypothesis import strategies as st

TUNED = cases.tuned("en")
TEXTS = [case.text for case in TUNED[:: len(TUNED) // 300]]
released = pytest.mark.skipif(
    not stages.model_file().is_file(), reason="models/crisis is not trained: harken train"
)
corpora = pytest.mark.skipif(
    not all(data.located(name) for name in crisis_texts.EVERYDAY),
    reason="public datasets are absent: set HARKEN_DATA or run harken data get",
)


#: A model's words: none.
NOTHING = frozenset().__contains__


class Fixed:
    """A part whose classifier gives the same scores for every text, or by its last word."""

    labels = ("none", "medical", "abuse/other")

    def __init__(self, scores):
        self.classifier = self
        self.settings = {"risk": 0.5}
        self.asked = []
        self._scores = scores

    def load(self):
        pass

    def knows(self, word):
        return False

    def scores(self, text):
        self.asked.append(text)
        if isinstance(self._scores, dict):
            return self._scores.get(text.split(" ")[-1], (1.0, 0.0, 0.0))
        return self._scores


@pytest.mark.parametrize(
    "scores, level",
    [
        ((0.9, 0.1, 0.0), NONE),
        ((0.51, 0.4, 0.09), NONE),
        ((0.4, 0.5, 0.1), CONCERN),
        ((0.1, 0.1, 0.8), CONCERN),
    ],
)
def test_thresholds_make_levels(scores, level):
    found, probability, *_ = Model(Fixed(scores))("some words")
    assert found == level
    assert probability == pytest.approx(1 - scores[0])


def test_the_highest_part_of_a_text_counts():
    part = Fixed({"dark": (0.1, 0.1, 0.8)})
    assert Model(part)("it is dark. the sun is out. it is warm.")[0] == CONCERN
    assert part.asked[0] == "it is dark"


def test_without_a_classifier_it_cannot_tell():
    part = Fixed((0.0, 0.0, 1.0))
    part.classifier = None
    assert Model(part)("anything") is None


def test_the_most_dangerous_piece_names_kind_and_person():
    part = Fixed({"chest": (0.3, 0.6, 0.1), "her": (0.1, 0.2, 0.7)})
    assert Model(part)("my chest")[2:] == ("medical", "self")
    assert Model(part)("my chest. he hit her. so it is")[2:] == ("abuse", "other")
    found = Guard("en", Model(part)).look("the neighbour and her")
    assert (found.level, found.kind, found.person) == (CONCERN, "abuse", "other")


def test_the_lexicon_names_the_kind_of_what_it_found():
    always = Fixed((0.1, 0.0, 0.9))
    plain = Guard("en").look("i want to kill myself")
    found = Guard("en", Model(always)).look("i want to kill myself")
    assert (found.kind, found.person) == (plain.kind, plain.person) == ("suicide", "self")


@given(st.sampled_from(TEXTS) | st.text(max_size=80), st.sampled_from([0, 1]))
@settings(derandomize=True, max_examples=100, deadline=2000)
def test_it_never_lowers(text, says):
    silent = Guard("en", Model(Fixed((1.0, 0.0, 0.0))))
    scores = ((0.9, 0.1, 0.0), (0.3, 0.7, 0.0))[says]
    found = Guard("en", Model(Fixed(scores))).look(text).level
    assert found >= silent.look(text).level
    if says:  # whatever the lexicon alone may find weakly, a model that hears danger finds too
        assert found >= Guard("en").look(text).level


class Broken:
    classifier = None

    def load(self):
        raise MemoryError("no room")


def test_a_model_that_fails_changes_nothing():
    plain, guard = Guard("en"), Guard("en", Model(Broken()))
    for text in TEXTS:
        assert guard.look(text).level == plain.look(text).level


@given(
    st.lists(
        st.sampled_from(["one", "two.", "three!", "...", "é", "a\nb", "", "k", "i", "l.", "k1ll"])
    ),
    st.sampled_from([". ", "! ", "? ", "\n", ".\n"]),
    st.text(max_size=60),
)
@settings(derandomize=True, max_examples=300, deadline=2000)
def test_what_follows_a_sentence_takes_nothing_away(words, end, suffix):
    text = " ".join(words)
    assert set(pieces(text)) <= set(pieces(text + end + suffix))
    known = {"one", "kill"}.__contains__
    assert set(asked(text, known)) <= set(asked(text + end + suffix, known))


@pytest.mark.parametrize(
    "torn, whole",
    [
        ("i want to d i e", "i want to die"),
        ("i k i l l time", "i kill time"),
        ("k.i.l.l myself", "kill myself"),
        ("s-e-l-f h a r m. ok", "self harm. ok"),
        ("a b and i a. b c d", "a b and i a. bcd"),
        ("e.g. well-being, at 3 p.m. i", "e.g. well-being, at 3 p.m. i"),
        ("", ""),
    ],
)
def test_words_in_letters_are_made_whole(torn, whole):
    assert unspaced(torn) == whole


WORDS = {"kill", "die", "suicide", "alone", "want", "pills", "too", "to", "good", "cafe", "gun"}


@pytest.mark.parametrize(
    "hidden, plain",
    [
        ("i want to k1ll", "i want to kill"),
        ("k1ll! d!e, 5uicide. @lone", "kill! die, suicide. alone"),
        ("pi11s p1lls", "pills pills"),
        ("I waaaant tooo diiiie", "I want to die"),
        ("kіll with a gun", "kill with a gun"),
        ("K1LLLLL", "kill"),
        ("s u 1 c 1 d e", "s u 1 c 1 d e"),
        ("die! at 3am, 20mg, 1st b4 the 22nd!!", "die! at 3am, 20mg, 1st b4 the 22nd!!"),
        ("gooood sooo naïve ünkiind", "good sooo naïve ünkiind"),
        ("i wnat aloen, suicxide. pilsl", "i want alone, suicide. pills"),
        ("tpo xkill gunn wan't nat", "tpo xkill gunn wan't nat"),
        ("", ""),
    ],
)
def test_disguises_are_undone_where_a_known_word_comes_out(hidden, plain):
    assert undisguised(hidden, WORDS.__contains__) == plain


@given(st.text(max_size=120))
@settings(derandomize=True, max_examples=300, deadline=2000)
def test_undoing_disguises_takes_any_text(text):
    for known in (NOTHING, lambda word: True):
        assert isinstance(undisguised(text, known), str)
    assert undisguised(text, NOTHING) == unspaced(text)


@given(st.text(max_size=300))
@settings(derandomize=True, max_examples=200, deadline=2000)
def test_pieces_are_short_parts_of_the_text(text):
    plain = text.replace("\n", ". ")
    for piece in pieces(text):
        assert piece in plain
        assert len([word for word in piece.split(" ") if word]) <= 32


def test_long_texts_are_read_to_their_end():
    words = [f"w{i}" for i in range(500)]
    found = list(pieces(" ".join(words)))
    assert found[-1].endswith("w499")
    assert {word for piece in found for word in piece.split()} == set(words)
    assert len(found) <= 33


def test_the_threshold_allows_few_false_alarms():
    quiet = [case.text for case in TUNED if case.high == 0][:200]
    danger = dict(zip(quiet, np.linspace(0, 1, 200), strict=True))

    def scores(texts):
        found = np.array([danger.get(text, danger.get(text + ".", 0.0)) for text in texts])
        return np.stack([1 - found, found / 2, found / 2], 1)

    least = crisis_risk.threshold("crisis/en", quiet, scores, NOTHING)
    assert least is not None
    assert (crisis_risk.as_read(quiet, scores, NOTHING) >= least).mean() <= crisis_risk.TWINS
    assert crisis_risk.threshold("goemotions", quiet, scores, NOTHING) is None


def test_a_text_is_as_dangerous_as_its_worst_piece():
    def scores(texts):
        found = np.array([0.9 if text.endswith("dark") else 0.1 for text in texts])
        return np.stack([1 - found, found, found * 0], 1)

    assert crisis_risk.as_read(
        ["it is dark. it is fine", "", "fine"], scores, NOTHING
    ).tolist() == [
        pytest.approx(0.9),
        0.0,
        pytest.approx(0.1),
    ]


def test_a_label_names_the_kind_and_whose_danger_it_is():
    told = {case: crisis_texts.label_of(case) for case in TUNED}
    assert set(told.values()) == set(crisis_texts.LABELS)
    for case, label in told.items():
        kind, _, person = label.partition("/")
        assert (kind == "none") != case.dangerous
        assert not case.dangerous or (kind, person == "other") == (
            case.kind,
            case.person == "other",
        )


@corpora
def test_no_template_stands_in_two_splits():
    _, splits = crisis_texts.load("en")
    train = {row.text for row in splits["train"]} - set(crisis_texts.everyday("train"))
    for name in ("validation", "test"):
        own = {case.text for case in TUNED if crisis_texts.split_of(case) == name}
        assert len(own) > 100
        assert own <= {row.text for row in splits[name]}
        assert not train & own


def test_held_out_cases_are_not_learnt():
    tuned = {case.text for case in TUNED}
    assert not tuned & {case.text for case in cases.load("en") if case.half != "tuned"}


@released
def test_the_bench_says_what_the_guard_says():
    both = stages.Stages("en")
    both.read(TEXTS)
    guard, lexicon = Guard("en", stages.model("en")), Guard("en")
    for text in TEXTS:
        assert both.lexicon(text) == lexicon.look(text).level
        assert both.both(text) == guard.look(text).level


@released
def test_the_reason_names_both_stages():
    reason = Guard("en", stages.model("en")).look("i want to kill myself").reason
    assert reason.startswith("lexicon: ") and ", model " in reason
    assert stages.model("de") is None


_SCRIPT = """
import json, sys
from harken.crisis import Guard
from harken.crisis.model import Model
from harken.part import Part

notes = []
part = Part(("crisis",), notes.append)
guard = Guard("en", Model(part))
with open(sys.argv[1]) as lines:
    for line in lines:
        print(guard.look(json.loads(line)).level)
assert part.health == sys.argv[2] and not notes, (part.health, notes)
"""


@released
@pytest.mark.micropython
@pytest.mark.parametrize("health", ["ready", "absent"])
def test_the_board_says_the_same(runtime, tmp_path, monkeypatch, health):
    monkeypatch.chdir(tmp_path)
    model = None
    if health == "ready":
        (tmp_path / "models").mkdir()
        (tmp_path / "models/crisis.tflite").write_bytes(stages.model_file().read_bytes())
        model = stages.model("en")
    (tmp_path / "texts").write_text("\n".join(json.dumps(text) for text in TEXTS))
    said = micropython.run_script(_SCRIPT, str(tmp_path / "texts"), health, heap="384k")
    wanted = [Guard("en", model).look(text).level for text in TEXTS]
    assert [int(line) for line in said.split()] == wanted
    assert max(wanted) < len(LEVELS)
