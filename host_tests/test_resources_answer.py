"""The answer to a moment of danger: always a number, never a promise to call, never a repeat."""

import itertools
import re

import pytest
from harken.crisis import plan as plan_module
from harken.crisis import resources as device
from harken.crisis.answer import Answer
from harken.crisis.plan import Plan
from harken.crisis.table import Table
from harken_toolchain import micropython
from harken_toolchain.paths import repository
from harken_toolchain.resources import answers, schema

KINDS = ("suicide", "self-harm", "harm-others", "abuse", "medical", "episode")
LEVELS = (1, 2, 3)
RESOURCES = schema.read()
CODES = [country.code for country in RESOURCES.country]
RESPONSES = {
    name: answers.read(schema.folder() / f"responses.{name}.toml") for name in answers.languages()
}
TABLES = repository() / "firmware" / "harken" / "crisis"


def _joined(text):
    return " ".join(text.split())


def _everything(countries):
    return itertools.product(LEVELS, KINDS, ("self", "other"), countries, RESPONSES)


def _has_help(text, code):
    """Whether a number that can be dialled here, or the directory, stands in the text."""
    if code not in CODES:
        return "112" in text and "findahelpline.com" in text
    country = RESOURCES.country[CODES.index(code)]
    confirmed = [line.phone or line.text for line in country.line if line.confirmed]
    if not confirmed:
        return country.emergency in text and "findahelpline.com" in text
    shown = any(re.sub(r" (\(|to ).*", "", number) in text for number in confirmed)
    return country.emergency in text and shown


def _check(answer, level, kind, person, code, language):
    text = answer.lines(level, kind, person, code, language)
    assert answer.failure is None
    assert _has_help(text, code), (code, text)
    said = _joined(text)
    assert any(sentence in said for sentence in RESPONSES[language].shared.nobody), text


@pytest.mark.parametrize("language", sorted(RESPONSES))
def test_every_answer_has_a_number_and_says_that_nobody_is_called(language):
    answer = Answer()
    for level, kind, person in itertools.product(LEVELS, KINDS, ("self", "other")):
        for code in ("IE", "JP", "QA", "CU", None, "ZZ", ""):
            _check(answer, level, kind, person, code, language)
    for code, level in itertools.product(CODES, LEVELS):
        _check(answer, level, "suicide", "self", code, language)


@pytest.mark.slow
@pytest.mark.parametrize("language", sorted(RESPONSES))
def test_every_answer_in_every_country(language):
    answer = Answer()
    for row in itertools.product(LEVELS, KINDS, ("self", "other"), [*CODES, None]):
        _check(answer, *row, language)


def test_no_answer_stands_twice_in_a_row():
    answer = Answer()
    for key in _everything(("IE",)):
        texts = [answer.lines(*key) for _ in range(4)]
        assert all(one != two for one, two in itertools.pairwise(texts))


def test_an_english_answer_never_promises_to_call():
    for texts in RESPONSES["en"].answer.values():
        for parts in texts.values():
            for text in (*parts.ask, *parts.open, *parts.do, *parts.now):
                assert not re.search(r"\bI('ll| will| can) (call|phone|tell|text)\b", text), text


def test_emergency_comes_first_when_it_is_imminent():
    text = Answer().lines(3, "suicide", "self", "JP")
    assert text.index("119") < text.index("0120-279-338")
    calm = Answer().lines(1, "suicide", "self", "JP")
    assert calm.index("0120-279-338") < calm.index("119")


def test_an_unconfirmed_number_never_comes_first():
    unconfirmed = [
        (c, line) for c in RESOURCES.country for line in c.line if not line.confirmed and line.phone
    ]
    assert unconfirmed
    for country, line in unconfirmed:
        text = Answer().lines(2, "suicide", "self", country.code)
        if line.phone in text:
            assert text.index(country.emergency) < text.index(line.phone)
            assert text.index("findahelpline.com") < text.index(line.phone)
            assert "not confirmed" in text


def test_the_line_in_the_persons_language_comes_first():
    assert "0800 32 123" in Answer().lines(2, "suicide", "self", "BE", "fr").split("1813")[0]
    first, second = device.find("BE").lines("nl")
    assert (first.phone, second.phone) == ("1813", "0800 32 123")


def test_level_names_and_none():
    assert Answer().lines("none", "") == ""
    assert Answer().lines(0, "suicide") == ""
    assert Answer().lines("high", "suicide") == Answer().lines(2, "suicide")


def test_unknown_kind_and_language_get_an_english_answer():
    assert "988" in Answer().lines(2, "no such kind", "self", "us", "xx")


def test_lines_fit_a_terminal():
    for key in _everything(("DE", "US", "TT", "IN", None)):
        for row in Answer().lines(*key[:4], key[4]).split("\n"):
            assert len(row) <= 78, row


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "noise"])
def test_damaged_tables_give_the_built_in_text(tmp_path, damage):
    for name in ("resources.tab", "answers.en.tab"):
        data = (TABLES / name).read_bytes()
        if damage == "empty":
            (tmp_path / name).write_bytes(b"")
        elif damage == "cut":
            (tmp_path / name).write_bytes(data[:500])
        elif damage == "noise":
            (tmp_path / name).write_bytes(b"\xff" * 5000)
    answer = Answer(path=str(tmp_path))
    first, second = answer.lines(3, "suicide"), answer.lines(3, "suicide")
    assert answer.failure
    assert "112" in first and "findahelpline.com" in first and "can't call" in first
    assert first != second


def test_the_plan_comes_before_advice():
    plan = Plan()
    plan.write(4, "Mara,  555\n0100")
    text = Answer(plan).lines(2, "suicide", "self", "IE")
    assert text.index("4. Mara, 555 0100") < text.index("Samaritans")
    assert "Mara" not in Answer(plan).lines(2, "suicide", "other", "IE")
    imminent = Answer(plan).lines(3, "suicide", "self", "IE")
    assert imminent.index("112") < imminent.index("Mara")


class Store:
    def __init__(self, data=None):
        self.data = data

    def load(self):
        return self.data

    def save(self, data):
        self.data = data


def test_a_plan_is_kept_by_its_store():
    store = Store()
    Plan(store).write(1, "çok yorgun")
    assert Plan(store).steps[0] == "çok yorgun"
    assert Plan(store).show() == "  1. çok yorgun"


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b'{"a": 1}'])
def test_a_plan_that_cannot_be_read_counts_as_none(data):
    assert Plan(Store(data)).show() == ""


def test_a_step_is_cut_and_checked():
    plan = Plan()
    plan.write(1, "x" * 1000)
    assert len(plan.steps[0]) == plan_module.MAX_STEP
    with pytest.raises(ValueError, match="wanted 1 to 6"):
        plan.write(7, "x")


def test_the_questions_of_the_plan():
    heading, question = plan_module.question(1)
    assert heading == RESPONSES["en"].plan.steps[0]
    assert question == RESPONSES["en"].plan.ask[0]


def test_table_finds_every_entry():
    with Table(str(TABLES / "answers.en.tab")) as table:
        for key, text in answers.entries(RESPONSES["en"]).items():
            assert table.get(key.encode()) == text
        assert table.get(b"zzzz") is None
        assert table.get(b"\0\0\0\0") is None


def _syllables(word):
    groups = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1:
        groups -= 1
    return max(groups, 1)


def _grade(text):
    """Flesch-Kincaid grade level (Kincaid et al. 1975)."""
    sentences = max(len(re.findall(r"[.!?:]+", text)), 1)
    words = re.findall(r"[a-z']+", text.lower())
    syllables = sum(map(_syllables, words))
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def test_english_reads_at_sixth_grade_or_below():
    for kind, rows in RESPONSES["en"].answer.items():
        for person, parts in rows.items():
            for texts in (parts.ask, parts.open, parts.do, parts.now):
                for text in texts:
                    assert _grade(text) <= 6.5, (kind, person, round(_grade(text), 1), text)
            whole = " ".join((*parts.ask, *parts.open, *parts.do, *parts.now))
            assert _grade(whole) <= 5, (kind, person)


DEVICE = """
import gc
from harken.crisis.answer import Answer
from harken.crisis.plan import Plan

def held(answer):
    for kind in ("suicide", "self-harm", "harm-others", "abuse", "medical", "episode"):
        for country in ("IE", "US", "VN", "QA", None):
            answer.lines(2, kind, "self", country, "en")
            assert answer.failure is None, answer.failure
    gc.collect()
    return gc.mem_alloc()

answer = Answer(Plan())
gc.collect()
loaded = gc.mem_alloc()
# The collector takes stale words on the stack for pointers, so the least of several counts.
print(min([held(answer) for _ in range(4)]) - loaded)
print(answer.lines(2, "suicide", "self", "VN", "en"))
"""


@pytest.mark.micropython
def test_answers_under_micropython(runtime):
    held, text = micropython.run_script(DEVICE).split("\n", 1)
    assert int(held) < 2048
    assert "096 306 1414 (13:00-20:30 Wed,Fri-Sun)" in text
