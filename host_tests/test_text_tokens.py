"""Tokens and hashes: what a text is split into, on the host and under MicroPython."""

import json
from array import array

import pytest
from harken.text.fold import fold
from harken.text.hashing import gram_rows, parameters, word_hash
from harken.text.tokens import MAX_CHARS, MAX_LENGTH, Tokens, folded
from harken_toolchain import micropython
from hypothesis import given, settings
from hypothesis import strategies as st

CASES = {
    "": [],
    " \t\n": [],
    "I don't know": ["i", "dont", "know"],
    "I don’t know": ["i", "dont", "know"],
    "sooooo HAPPY!!!": ["soo", "happy", "!!"],
    "call 112, now": ["call", "00", ",", "now"],
    "a :) b": ["a", ":)", "b"],
    "😀👍🏽ok": ["😀", "👍", "ok"],
    "❤️ naïve — test": ["❤", "naive", "-", "test"],
    "x" * 50: ["xx"],
    "ab" * 50: [("ab" * 50)[:MAX_LENGTH]],
}


def tokens(text: str) -> list[str]:
    reader = Tokens()
    reader.start(text)
    found = []
    while reader.next():
        found.append("".join(map(chr, reader.codes[: reader.length])))
    return found


@pytest.mark.parametrize("text", CASES, ids=range(len(CASES)))
def test_a_text_is_split_as_stated(text: str):
    assert tokens(text) == CASES[text]


def test_a_long_line_is_read_up_to_the_maximum():
    assert len(tokens("ab " * 5000)) == -(-MAX_CHARS // 3)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_tokens_within_bounds(text: str):
    for token in tokens(text):
        assert 0 < len(token) <= MAX_LENGTH
        assert not any(char.isspace() for char in token)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.text("abc é😀!'7", max_size=30), st.text("abc é😀!'7", max_size=30))
def test_a_space_separates(left: str, right: str):
    assert tokens(left + " " + right) == tokens(left) + tokens(right)


def codes(word: str) -> list[int]:
    return [ord(char) for char in word]


def every_gram(word: str, shortest: int, longest: int) -> list[int]:
    """The 24-bit hashes of all n-grams, the longest first: written as the formula says."""
    found = []
    for n in range(longest, shortest - 1, -1):
        edged = f" {word} "
        for start in range(len(edged) - n + 1):
            value = n
            for char in edged[start : start + n]:
                value = (value * 61 + ord(char)) % (1 << 24)
            found.append(value ^ value >> 11)
    return found


def rows_of(word: str, places: int, p: array) -> list[int]:
    """What `gram_rows` writes to `places` places; guards stand around them."""
    out = array("i", [-7] * (places + 2))
    gram_rows(out, 1, 1 + places, array("i", codes(word)), len(word), p)
    assert out[0] == out[-1] == -7
    return list(out[1:-1])


@settings(derandomize=True, max_examples=300, deadline=None)
@given(
    st.text("abcdé😀!", min_size=1, max_size=MAX_LENGTH),
    st.integers(0, 24),
    st.integers(1, 8),
    st.integers(1, 8),
)
def test_rows_are_those_of_grams_taken_evenly(word: str, places: int, one: int, other: int):
    shortest, longest = sorted((one, other))
    found = rows_of(word, places, parameters((shortest, longest), 100, 999))
    every = every_gram(word, shortest, longest)
    taken = min(len(every), places)
    wanted = [100 + every[i * len(every) // taken] % 999 for i in range(taken)]
    assert found == wanted + [0] * (places - taken)


def test_grams_are_those_of_the_word_with_its_edges():
    assert len(every_gram("cat", 2, 5)) == 1 + 2 + 3 + 4
    assert every_gram("a", 4, 5) == []
    edge_c, cat, t_edge = rows_of("cat", 3, parameters((3, 3), 0, 1 << 24))
    assert cat in every_gram("xcaty", 3, 3)
    assert edge_c not in every_gram("xcaty", 3, 3)
    assert t_edge in every_gram("bat", 3, 3)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(st.characters() | st.sampled_from("aÉß’😀\u200b\u0301\ud800\t\x7f"), max_size=60))
def test_a_text_is_folded_as_its_characters_are(text: str):
    assert folded(text) == fold(text).encode("utf-8", "surrogatepass")


def test_hashes_spread():
    words = [codes(f"word{a}{b}") for a in "abcdefghijklmnop" for b in "abcdefghijklmnop"]
    assert len({word_hash(word, len(word)) for word in words}) == len(words)
    assert all(0 <= word_hash(word, len(word)) < 1 << 24 for word in words)


@pytest.mark.micropython
def test_micropython_splits_and_hashes_alike(runtime: list[str]):
    texts = [
        *CASES,
        "ab " * 5000,
        "Éa\tB\x7f\x00Cß ",
        "Ünïcode ½ ﬁ ĳ Ωmega Привет 日本語 \u200b\ufeff end",
    ]
    script = f"""
import json
from harken.text.tokens import Tokens
from harken.text.hashing import word_hash
reader = Tokens()
for text in {texts!r}:
    reader.start(text)
    found = []
    while reader.next():
        found.append(word_hash(reader.codes, reader.length))
    print(json.dumps(found))
"""
    printed = [json.loads(line) for line in micropython.run_script(script).splitlines()]
    assert printed == [[word_hash(codes(t), len(t)) for t in tokens(text)] for text in texts]
