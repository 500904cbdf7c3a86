"""Tokens and hashes: what a text is split into, on the host and under MicroPython."""

import json
from array import array

import pytest
from harken.text.hashing import gram_count, gram_hashes, word_hash
from harken.text.tokens import MAX_CHARS, MAX_LENGTH, Tokens
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


def grams(word: str, shortest: int, longest: int) -> list[int]:
    count = gram_count(len(word), shortest, longest)
    out = array("i", [0] * count)
    gram_hashes(out, 0, count, count, array("i", codes(word)), len(word), longest)
    return list(out)


def test_grams_are_those_of_the_word_with_its_edges():
    assert gram_count(3, 2, 5) == 1 + 2 + 3 + 4
    assert gram_count(1, 4, 5) == 0
    edge_c, cat, t_edge = grams("cat", 3, 3)
    assert cat in grams("xcaty", 3, 3)
    assert edge_c not in grams("xcaty", 3, 3)
    assert t_edge in grams("bat", 3, 3) or t_edge == grams("rat", 3, 3)[-1]
    assert len(set(grams("cat", 2, 5))) == 10


def test_grams_are_taken_evenly_the_longest_first():
    every = grams("wonderful", 2, 5)
    out = array("i", [0] * 6)
    gram_hashes(out, 0, 6, len(every), array("i", codes("wonderful")), 9, 5)
    assert list(out) == [every[i * len(every) // 6] for i in range(6)]


def test_hashes_spread():
    words = [codes(f"word{a}{b}") for a in "abcdefghijklmnop" for b in "abcdefghijklmnop"]
    assert len({word_hash(word, len(word)) for word in words}) == len(words)
    assert all(0 <= word_hash(word, len(word)) < 1 << 24 for word in words)


@pytest.mark.micropython
def test_micropython_splits_and_hashes_alike(runtime: list[str]):
    texts = [*CASES, "ab " * 5000, "Ünïcode ½ ﬁ ĳ Ωmega Привет 日本語 \u200b\ufeff end"]
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
