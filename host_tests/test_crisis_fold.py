"""The folding of text that the guard, the training and the board share."""

import unicodedata

import pytest
from harken.text.fold import fold, fold_char
from harken_toolchain import micropython
from hypothesis import given, settings
from hypothesis import strategies as st

SAMPLES = [
    "I’m SO tirëd — it’s “over”…",
    "ÀÉÎÕÜ ß Ø œ Ł ğ Ǆ",
    "ＫＩＬＬ ⓚⓘⓛⓛ 𝓴𝓲𝓵𝓵 🅺🅸",
    "ПРИВЕТ Ёж ΑΒΓς",
    "أُريدُ أَنْ أمـــوت ؟ ٣",
    "मैं ज़िंदगी ५ ।",
    "k\u200bi\u0301l\u00adl\ufeff 😢🏽",
    "tab\tnew\nline\x00\x1b",
]


@pytest.mark.parametrize(
    "text,folded",
    [
        ("I’m SO tirëd", "i'm so tired"),
        ("“x” – y…", '"x" - y...'),
        ("Straße Œuvre", "strasse oeuvre"),
        ("ｋⓘ𝓵🅻", "kill"),
        ("k\u200bi\u0301l\u00adl", "kill"),
        ("أَنْ أمـــوت", "ان اموت"),
        ("\u095bिंदगी।", "जिंदगी."),
        ("😢🏽", "😢"),
        ("a\tb", "a b"),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


def test_latin_letters_agree_with_unicode():
    for code in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]:
        parts = unicodedata.normalize("NFKD", chr(code).lower())
        bare = "".join(c for c in parts if not unicodedata.combining(c))
        if len(bare) == 1 and bare.isascii():
            assert fold_char(chr(code)) == bare, hex(code)


@given(st.text())
@settings(derandomize=True, max_examples=200)
def test_fold_is_bounded_and_local(text):
    folded = fold(text)
    assert len(folded) <= 3 * len(text)
    assert folded == "".join(fold(char) for char in text)


@pytest.mark.micropython
def test_micropython_folds_alike(runtime):
    script = f"from harken.text.fold import fold\nfor s in {SAMPLES!r}:\n    print(repr(fold(s)))\n"
    lines = micropython.run_script(script).splitlines()
    assert [eval(line) for line in lines] == [fold(sample) for sample in SAMPLES]
