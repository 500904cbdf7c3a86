"""The guard in six languages besides English, and the language of a text."""

import pytest
from harken.crisis import Guard
from harken.crisis import language as device
from harken_toolchain import micropython
from harken_toolchain.crisis import cases, compiler, schema
from harken_toolchain.errors import UserError
from harken_toolchain.resources import answers, languages
from hypothesis import given, settings
from hypothesis import strategies as st

LANGUAGES = ("ar", "de", "es", "fr", "hi", "pt")
TUNED = {name: [case for case in cases.load(name) if case.half == "tuned"] for name in LANGUAGES}

SAMPLES = {
    "en": ("i want to die", "what should i cook for my friends today"),
    "es": ("quiero morir", "qué puedo cocinar hoy para mis amigos"),
    "fr": ("je veux mourir", "qu'est-ce que je cuisine ce soir pour mes amis"),
    "de": ("ich will sterben", "was koche ich heute für meine freunde"),
    "pt": ("eu quero morrer", "o que posso cozinhar hoje para os meus amigos"),
    "hi": ("मैं मरना चाहता हूँ", "आज दोस्तों के लिए क्या पकाऊँ"),
    "hi-latn": ("main marna chahta hoon", "aaj doston ke liye kya pakaun"),
    "ar": ("أريد أن أموت", "ماذا أطبخ اليوم لأصدقائي"),
}


@pytest.mark.parametrize("name", LANGUAGES)
def test_sixty_patterns_and_sixty_cases(name):
    lexicon = schema.read_lexicon(compiler.lexicon_path(name))
    assert sum(len(pattern.match) for pattern in lexicon.pattern) >= 60
    assert len(cases.load(name)) >= 60
    assert {pattern.kind for pattern in lexicon.pattern} == set(schema.KINDS)


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_dangerous_function_has_a_twin(name):
    for file in cases.files(name):
        for function in file.function:
            assert bool(function.twin) == bool(function.kind), function.name


@pytest.mark.parametrize("name", LANGUAGES)
def test_no_danger_of_the_tuned_half_is_missed(name):
    guard = Guard(name)
    assert not guard.fault
    missed = [c.text for c in TUNED[name] if c.dangerous and guard.look(c.text).level < 1]
    assert missed == []


@pytest.mark.parametrize("name", LANGUAGES)
def test_danger_to_others_is_told_from_danger_to_oneself(name):
    guard = Guard(name)
    asked = [case for case in TUNED[name] if case.person]
    wrong = [c.text for c in asked if guard.look(c.text).person != c.person]
    assert len(wrong) <= 0.03 * len(asked), wrong


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_lexicon_alone_reads_its_language(name):
    """Harmless twins of the tuned half raise nothing high."""
    guard = Guard(name)
    high = [c.text for c in TUNED[name] if c.harmless and guard.look(c.text).level >= 2]
    assert len(high) <= 0.02 * len(TUNED[name]), high


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_the_language_of_a_text(name):
    danger, harmless = SAMPLES[name]
    assert device.detect(danger) == name
    assert device.detect(harmless) == name


def test_the_language_of_most_cases():
    """Single sentences of the corpus; those that cannot be told are answered in English."""
    for name in LANGUAGES:
        found = [device.detect(case.text) for case in TUNED[name]]
        right = sum((code or "").split("-")[0] == name for code in found)
        wrong = [code for code in found if code and code.split("-")[0] != name]
        assert right >= 0.85 * len(found), (name, right, len(found))
        assert len(wrong) <= 0.06 * len(found), (name, wrong)


def test_what_the_person_chose_wins():
    assert device.choose("je veux mourir", "de") == "de"
    assert device.choose("main marna chahta hoon", "hi") == "hi-latn"
    assert device.choose("मैं मरना चाहता हूँ", "hi") == "hi"
    assert device.choose("12345", "hi") == "hi-latn" or device.choose("12345", "hi") == "hi"
    assert device.choose("ok") == "en"
    assert device.choose("quiero morir") == "es"


def test_every_language_that_is_told_has_answers():
    told = {*languages.read(), *device.OTHER_SCRIPTS}
    assert told == set(answers.languages())


def test_no_table_no_answer(tmp_path):
    assert device.detect("je veux mourir", str(tmp_path / "missing")) is None
    (tmp_path / "bad").write_bytes(b"HKL0 and so on")
    assert device.detect("je veux mourir", str(tmp_path / "bad")) is None


@given(st.text(max_size=400))
@settings(derandomize=True, max_examples=150, deadline=None)
def test_no_text_makes_it_raise(text):
    assert device.detect(text) in {*SAMPLES, None}


def test_a_word_without_letters_is_a_clear_error():
    with pytest.raises(UserError, match="is no word"):
        languages.pack({"en": ["'"], "de": ["und"]})


DEVICE = """
from harken.crisis import Guard
from harken.crisis.answer import Answer
from harken.crisis.language import choose, detect
texts = %r
for name, (danger, harmless) in texts:
    guard = Guard(name.split("-")[0])
    print(name, guard.look(danger).level, guard.look(harmless).level, detect(danger))
    answer = Answer()
    answer.lines(2, "suicide", "self", "DE", choose(danger))
    print(answer.failure)
    del guard
"""


@pytest.mark.micropython
def test_languages_under_micropython(runtime):
    rows = micropython.run_script(DEVICE % list(SAMPLES.items())).split("\n")
    for name, row, failure in zip(SAMPLES, rows[::2], rows[1::2], strict=False):
        found, danger, harmless, told = row.split()
        assert (found, told, failure) == (name, name, "None")
        assert int(danger) >= 2 and int(harmless) == 0, row
