"""The lexicon's compiler, its corpus and the tables in the firmware."""

import dataclasses

import pytest
from harken.crisis import automaton as automaton_module
from harken.crisis import disguise, letters, lexicon, match, reader, search
from harken.crisis.automaton import Automaton
from harken.crisis.lexicon import Lexicon
from harken_toolchain.crisis import cases, compiler, cost, gather, schema, typos
from harken_toolchain.crisis.obfuscate import KINDS, obfuscate
from harken_toolchain.crisis.patterns import Element, parse, split, word_hash
from harken_toolchain.errors import UserError
from pydantic import ValidationError


@pytest.mark.parametrize("language", schema.languages())
def test_the_firmware_holds_the_compiled_lexicon(language):
    found = compiler.table_path(language).read_bytes()
    assert found == compiler.compile_language(language), "run 'harken crisis --compile'"


def test_the_english_corpus_is_large_and_split_by_template():
    corpus = cases.load("en")
    assert len(corpus) >= 1200
    assert len({case.function for case in corpus}) >= 40
    halves: dict[str, set[str]] = {}
    for case in corpus:
        halves.setdefault(case.template, set()).add(case.half)
    assert all(len(half) == 1 for half in halves.values())


def test_a_file_may_lie_in_one_half_as_a_whole():
    halves: dict[str, set[str]] = {}
    for case in cases.load("en"):
        halves.setdefault(case.function, set()).add(case.half)
    for file in cases.files("en"):
        if file.half:
            assert all(halves[function.name] == {file.half} for function in file.function)
    assert (
        cases.half_of("any", "held-out") == "held-out" and cases.half_of("any", "tuned") == "tuned"
    )


def test_a_text_that_was_seen_before_counts_in_no_later_half():
    case = cases.tuned("de")[0]
    made = [dataclasses.replace(case, half=half) for half in ("unseen", "held-out", "tuned")]
    assert [found.half for found in cases._unique(made, "de")] == ["tuned"]
    assert [found.half for found in cases._unique(made[:2], "de")] == ["held-out"]
    with pytest.raises(UserError, match="a text of the unseen half"):
        cases._unique(made[:1] * 2, "de")


def test_the_split_of_a_language_in_one_file_is_even():
    corpus = cases.load("de")
    assert 0.4 < sum(case.half == "held-out" for case in corpus) / len(corpus) < 0.6


def test_functions_have_twins():
    """All of a file, or none: the files of wide tuning texts are unpaired."""
    paired = 0
    for file in cases.files("en"):
        named = [function.name for function in file.function if function.twin]
        assert len(named) in (0, len(file.function)), named
        paired += len(named)
    assert paired >= 80


def test_templates_expand():
    assert cases.expand("i {want|need} to {|really }die") == [
        "i want to die",
        "i want to really die",
        "i need to die",
        "i need to really die",
    ]


def test_patterns_are_parsed():
    assert parse("I _2 WANT to? die|end", "test") == [
        [Element("I", 2), Element("WANT"), Element("to"), Element("die|end")],
        [Element("I", 2), Element("WANT"), Element("die|end")],
    ]
    assert split("Don't self-harm, sister’s 🔪!") == ["dont", "self", "harm", "sister", "🔪"]


@pytest.mark.parametrize(
    "text,what",
    [("_2 die", "gap"), ("die _9 now", "gap"), ("die _2", "ends in a gap"), ("a?", "0 elements")],
)
def test_wrong_patterns_are_named(text, what):
    with pytest.raises(UserError, match=what):
        parse(text, "here")


def _lexicon(**changes) -> schema.Lexicon:
    pattern = {"name": "a", "tag": "t", "level": "high", "kind": "suicide", "match": ["DIE now"]}
    base = {"language": "xx", "classes": {"DIE": ["die"]}, "pattern": [pattern | changes]}
    return schema.Lexicon.model_validate(base)


def test_unknown_classes_are_named():
    with pytest.raises(UserError, match="no class KILL"):
        compiler.build_table(_lexicon(match=["KILL me"]))


def test_the_same_lexicon_gives_the_same_bytes():
    assert compiler.build_table(_lexicon()) == compiler.build_table(_lexicon())


def _guard(tmp_path, **changes) -> Automaton:
    (tmp_path / "xx.bin").write_bytes(compiler.build_table(_lexicon(**changes)))
    automaton = Automaton()
    automaton.start(Lexicon(str(tmp_path / "xx.bin"), automaton.buffer))
    return automaton


@pytest.mark.parametrize("last", ["dawn", "noon", "dusk", "night", "DIE"])
def test_every_ending_of_a_shared_record_is_found(tmp_path, last):
    automaton = _guard(tmp_path, match=["gone|away _2 at? dawn|noon|dusk|night|DIE"])
    automaton.feed(f"away by {last.lower()} again".encode())
    assert automaton.level == 2
    automaton.start(automaton.lexicon)
    automaton.feed(f"stay by {last.lower()}".encode())
    assert automaton.level == 0


def test_a_gap_never_crosses_a_full_stop(tmp_path):
    automaton = _guard(tmp_path, match=["gone _2 noon"])
    automaton.feed(b"gone. by noon")
    assert automaton.level == 0


@pytest.mark.parametrize(
    ("level", "strong", "weak"),
    [("concern", (1, 2), (0, 1)), ("high", (2, 2), (1, 1)), ("imminent", (3, 3), (1, 1))],
)
def test_weak_patterns_and_combinations_count_or_say_less(tmp_path, level, strong, weak):
    lexicon = _lexicon(level=level, weak=True)
    other = {"name": "b", "tag": "u", "level": "none", "kind": "suicide", "match": ["tonight"]}
    lexicon.pattern.append(schema.Pattern.model_validate(other))
    lexicon.combine = [schema.Combine(needs=["t", "u"], level="high")]
    (tmp_path / "xx.bin").write_bytes(compiler.build_table(lexicon))
    automaton = Automaton()
    table = Lexicon(str(tmp_path / "xx.bin"), automaton.buffer)
    for counts, wanted in ((True, strong), (False, weak)):
        for text, level in zip((b"die now", b"die now tonight"), wanted, strict=True):
            automaton.start(table, counts)
            automaton.feed(text)
            assert automaton.level == level


def test_a_weak_pattern_has_a_level():
    with pytest.raises(ValidationError, match="weak at level none"):
        _lexicon(level="none", weak=True)


@pytest.mark.parametrize("words", ["no", "no way"])
def test_words_and_phrases_open_contexts(tmp_path, words):
    lexicon = _lexicon(lowered={"negation": "none"})
    lexicon.classes["NEVER"] = ["no", "by no means", "no way"]
    lexicon.context = [schema.Context(name="negation", reach=3, match=["NEVER"])]
    (tmp_path / "xx.bin").write_bytes(compiler.build_table(lexicon))
    automaton = Automaton()
    for text, level in ((f"{words} die now", 0), ("die now", 2)):
        automaton.start(Lexicon(str(tmp_path / "xx.bin"), automaton.buffer))
        automaton.feed(text.encode())
        assert automaton.level == level


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_word_is_found_and_no_other(language):
    automaton = Automaton()
    automaton.start(Lexicon(str(compiler.table_path(language)), automaton.buffer))
    source = schema.read_lexicon(compiler.lexicon_path(language))
    tags = list(dict.fromkeys(pattern.tag for pattern in source.pattern))
    words = {word for text in source.known.words for word in split(text)}
    words |= gather.symbols(gather.gather(source, tags)).keys()
    assert all(automaton.find(word_hash(word)) >= 0 for word in words)
    known = {word_hash(word) for word in words}
    others = [h for h in range(1, 1 << 24, 4099) if h not in known]
    assert sum(automaton.find(h) >= 0 for h in others) <= len(others) // 500


def test_a_long_record_is_found_behind_the_lines(tmp_path):
    matches = [f"DIE a{i} now" for i in range(7)] + [f"w{i} _{i + 1} now" for i in range(7)]
    lexicon = _lexicon(match=matches)
    lexicon.classes |= {f"A{i}": ["now", f"x{i}"] for i in range(6)}
    lexicon.pattern[0].match += [f"y{i} A{i}" for i in range(6)] + [
        f"z{i} _2 A{i}" for i in range(6)
    ]
    (tmp_path / "xx.bin").write_bytes(compiler.build_table(lexicon))
    automaton = Automaton()
    for text in ("die a3 now", "y5 now", "z4 or now"):
        automaton.start(Lexicon(str(tmp_path / "xx.bin"), automaton.buffer))
        automaton.feed(text.encode())
        assert automaton.level == 2, text


def test_hot_words_are_those_of_patterns():
    lexicon = _lexicon()
    lexicon.hot.words = ["now", "never"]
    with pytest.raises(UserError, match="never"):
        compiler.build_table(lexicon)


def test_the_letters_in_memory_hide_no_typo():
    """Reading only the words whose letters fit finds what reading whole lists does."""
    path = compiler.table_path("en")
    table = Lexicon(str(path), bytearray(lexicon.BLOCK))
    source = schema.read_lexicon(compiler.lexicon_path("en"))
    lists = [b"".join(map(typos._typo_record, words)) for words in typos._typo_lists(source)]
    scratch, buffer = bytearray(64), bytearray(lexicon.BLOCK)

    def expected(word: bytes) -> int:
        tried = bytearray(64)
        for least in (3, 2):
            n = letters.squeeze(word, len(word), tried, least, least - 1)
            if least == 2 and n == len(word):
                break
            for first in (0, 1) if n > 4 else (0,):
                row = lists[tried[first] - 97 if 97 <= tried[first] <= 122 else 26]
                found = letters.near(tried, n, row, len(row))
                if found >= 0:
                    return found
        return -1

    hits = 0
    for text in source.typo.words + source.known.words:
        for seed in range(2):
            typed = obfuscate(text, ("typo", "repeated")[seed % 2], seed)
            for word in (split(typed) or ["a"])[0], "*".join((text[:2], text[3:])):
                data = word.encode()[:24]
                if len(data) < 3:
                    continue
                tools = table.memory, buffer, table.file.seek, table.file.readinto, table.typos
                found = letters.typo(data, len(data), scratch, *tools)
                assert found == expected(data), word
                hits += found >= 0
    assert hits > 400


def test_modules_that_repeat_a_const_agree():
    values: dict[str, int] = {}
    for module in (reader, search, match, lexicon, automaton_module, disguise):
        for name, value in vars(module).items():
            if name.isupper() and isinstance(value, int):
                assert values.setdefault(name.strip("_"), value) == value, name


def test_littlefs_finds_the_last_block_at_once():
    assert cost._hops(100_000, 99_999, 1) == 0
    assert cost._hops(100_000, 0, 1) > 1
    assert cost._hops(400, 0, 400) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_disguises_repeat(kind):
    text = "i really want to disappear forever"
    assert obfuscate(text, kind, 1) == obfuscate(text, kind, 1)
    assert obfuscate(text, kind, 1) != text
