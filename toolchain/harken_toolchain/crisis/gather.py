"""Gathers what a lexicon's patterns need, before symbols get their numbers."""

from collections import Counter
from dataclasses import dataclass, field

from harken.crisis.match import WIDTH

from harken_toolchain.crisis.patterns import MAX_PHRASE, Element, is_class, parse, split
from harken_toolchain.crisis.schema import CONTEXTS, KINDS, LEVELS, Lexicon, Pattern
from harken_toolchain.errors import UserError

#: Classes with a fixed symbol, which the automaton knows; 6 and 7 are free.
RESERVED = {"I": 1, "ME": 2, "OTHER": 3, "NOT": 4, "BUT": 5}
PERSONS = ("self", "other", "subject")
#: Words for which a pattern gets a class of its own, and classes that a word may be in before that.
_LEAST_SHARED, _MOST_CLASSES = 3, WIDTH - 3
#: In an effect: it opens a context, it is weak; and a context that changes nothing.
_OPENS, _WEAK, _NO_EFFECT = 1 << 4, 2 << 4, 3

Effect = tuple[int, int, int, int, int]


@dataclass
class Record:
    """A pattern that ends in `last`: elements from right to left without it, and what it does."""

    last: str
    elements: list[Element]
    effect: Effect | None
    adds: str = ""


@dataclass
class Build:
    """What is gathered from a lexicon before symbols get their numbers."""

    lexicon: Lexicon
    records: list[Record] = field(default_factory=list)
    #: Symbol -> its words; symbols are in order of first use.
    members: dict[str, set[str]] = field(default_factory=dict)
    #: Symbol -> (context, reach) that a word with it opens.
    openers: dict[str, tuple[int, int]] = field(default_factory=dict)
    #: (elements from right to left without the last, effect, where) -> what stands last.
    endings: dict[tuple[tuple[Element, ...], Effect, str], list[str]] = field(default_factory=dict)

    def use(self, symbol: str, where: str) -> None:
        """Makes sure that a symbol has its words, and phrases their records."""
        if symbol in self.members:
            return
        words = self.members[symbol] = set()
        for entry in self._entries(symbol, where):
            if len(entry) == 1:
                words.add(entry[0])
                continue
            if len(entry) > MAX_PHRASE:
                raise UserError(
                    f"{where}: {' '.join(entry)!r}: too long", f"At most {MAX_PHRASE} words."
                )
            for word in entry:
                self.use(word, where)
            left = [Element(word) for word in reversed(entry[:-1])]
            self.records.append(Record(entry[-1], left, None, symbol))

    def _entries(self, symbol: str, where: str) -> list[list[str]]:
        """The words and phrases of a class or a word."""
        if symbol in self.lexicon.classes:
            found = [split(text) for text in self.lexicon.classes[symbol]]
        elif is_class(symbol):
            raise UserError(f"{where}: no class {symbol}", "Define it under [classes].")
        else:
            found = [split(symbol)]
        if any(not entry for entry in found):
            raise UserError(f"{where}: {symbol} has an entry without a word", "Remove it.")
        return found

    def add(self, text: str, effect: Effect, where: str) -> None:
        """Adds the records of one `match` string."""
        place = f"{where}: {text!r}"
        for elements in parse(text, place):
            for element in elements[:-1]:
                for symbol in element.symbol.split("|"):
                    self.use(symbol, place)
            lasts = elements[-1].symbol.split("|")
            for last in lasts:
                self._entries(last, place)
            rest = elements[-2::-1]
            negated = self._negates(rest, place)
            for last in lasts:
                own = (*effect[:4], effect[4] | (negated or self._negates_in(last, place)))
                if not rest and effect[0] == _OPENS and last not in self.openers:
                    self.use(last, place)
                    self.openers[last] = (effect[1], effect[3])
                    continue
                self.endings.setdefault((tuple(rest), own, place), []).append(last)

    def _negates(self, elements: list[Element], where: str) -> int:
        names = [name for element in elements for name in element.symbol.split("|")]
        return max((self._negates_in(name, where) for name in names), default=0)

    def _negates_in(self, symbol: str, where: str) -> int:
        """The bits that keep `negation` from lowering a pattern that holds a negation itself."""
        negations = {tuple(entry) for entry in self._entries("NOT", "") if len(entry) == 1}
        own = {tuple(entry) for entry in self._entries(symbol, where)}
        return _NO_EFFECT if symbol == "CANT" or negations & own else 0

    def finish(self) -> None:
        """Makes records of all endings, of several words at once where they can share a class.

        A class of its own makes one record do for all words that a pattern may end in; the words
        that are in too many classes, and those that are kept in memory, get a record each.
        """
        common = {word for text in self.lexicon.common.words for word in split(text)}
        for (_, _, where), lasts in self.endings.items():
            for last in lasts:
                if is_class(last) or len(split(last)) > 1 or last in common:
                    self.use(last, where)
        places = Counter(word for words in self.members.values() for word in words)
        for (rest, effect, where), lasts in self.endings.items():
            free = [
                last
                for last in lasts
                if not is_class(last)
                and split(last)[0] not in common
                and len(split(last)) == 1
                and places[split(last)[0]] < _MOST_CLASSES
            ]
            name = "|".join(sorted(free))
            if len(free) < _LEAST_SHARED:
                free = []
            elif name not in self.members:
                self.members[name] = {split(last)[0] for last in free}
                places.update(self.members[name])
            if free:
                self.records.append(Record(name, list(rest), effect))
            for last in lasts:
                if last not in free:
                    if last not in self.members:
                        places.update(split(last))
                    self.use(last, where)
                    self.records.append(Record(last, list(rest), effect))


def _danger(pattern: Pattern, tags: list[str]) -> Effect:
    lowered, lowered_to = 0, {str(k): str(v) for k, v in pattern.lowered.items()}
    for i, context in enumerate(CONTEXTS):
        level = lowered_to.get(context)
        lowered |= (LEVELS.index(level) if level else _NO_EFFECT) << 2 * i
    head = LEVELS.index(pattern.level) | PERSONS.index(pattern.person) << 2
    head |= _WEAK if pattern.weak else 0
    return head, KINDS.index(pattern.kind), tags.index(pattern.tag), 0, lowered


def gather(lexicon: Lexicon, tags: list[str]) -> Build:
    build = Build(lexicon)
    lexicon.classes.setdefault("NOT", [])
    for name in RESERVED:
        if lexicon.classes.get(name):
            build.use(name, f"class {name}")
    for context in lexicon.context:
        effect = (_OPENS, CONTEXTS.index(context.name), 0, context.reach, 0)
        for text in context.match:
            build.add(text, effect, f"{lexicon.language}: context {context.name}")
    for pattern in lexicon.pattern:
        for text in pattern.match:
            build.add(text, _danger(pattern, tags), f"{lexicon.language}: {pattern.name}")
    build.finish()
    return build


def symbols(build: Build) -> dict[str, list[str]]:
    """Word -> the symbols that it stands in."""
    found: dict[str, list[str]] = {}
    for symbol, words in build.members.items():
        for word in words:
            found.setdefault(word, []).append(symbol)
    return found
