"""The guard: looks at a text before anything else does, and never fails to answer.

It reads the lexicon's tables from flash. When they cannot be read, or anything goes wrong, a
list of phrases in the code takes over. A model only raises: what the lexicon finds high stands
without it, its patterns of concern count unless the model is sure that there is no danger, and its
weak ones where the model hears danger as well. Where no model reads along all of them count.
"""

import time

from harken.compat import const
from harken.crisis import fallback
from harken.crisis.letters import lowered
from harken.crisis.levels import CONCERN, IMMINENT, Verdict
from harken.crisis.session import Session

#: Characters of a text that are looked at; the application's lines are shorter.
MAX_CHARS = const(20000)
# Characters that are folded at once, and of ASCII, which needs little for it.
_CHUNK = const(160)
_AT_ONCE = const(512)
# Probability of danger below which the model is sure that there is none.
_SURE = 0.1


class Guard:
    """Looks at texts.

        guard = Guard("en")
        verdict = guard.look(text)

    Args:
        language: of the person; the table `LANGUAGE.bin` of this folder. English is read as well.
        model: optional; called with the text it returns a level (0 to 3), a probability, a kind
            and a person, or None where it cannot tell.
        clock: returns seconds, for the session's level.

    Attributes:
        fault: why the tables are not used, or "" when they are.
    """

    def __init__(self, language="en", model=None, clock=time.time):
        self._model = model
        self._session = Session(clock)
        self._automaton = None
        self._lexicons = []
        self.fault = ""
        for name in ("en",) if language == "en" else (language, "en"):
            self._load(name)

    def _load(self, language):
        try:
            from harken.crisis.automaton import Automaton
            from harken.crisis.lexicon import Lexicon

            if not self._automaton:
                self._automaton = Automaton()
            path = __file__[: __file__.rfind("/") + 1] + language + ".bin"
            self._lexicons.append(Lexicon(path, self._automaton.buffer))
        except Exception as error:  # whatever it is, the phrases still stand
            self.fault = repr(error)

    @property
    def level(self):
        """The session's level (0 to 3): the highest met, falling with time and check-ins."""
        return self._session.level

    def check_in(self):
        """The person has confirmed that they are safe; returns the session's level after it."""
        return self._session.check_in()

    def state(self):
        """What to keep over a restart; see `restore`."""
        return self._session.state()

    def restore(self, state):
        """Takes up a state that was kept; never lowers the level."""
        self._session.restore(state)

    def look(self, text):
        """The verdict on `text` (a string, or bytes of UTF-8). Never raises."""
        try:
            if not isinstance(text, str):
                text = _text(text)
            if len(text) > MAX_CHARS:
                text = text[:MAX_CHARS]
            verdict = self._read(text, not self._model)
        except Exception as error:
            self.fault = repr(error)
            verdict = _last_resort(text)
        if self._model:
            verdict = self._ask_model(text, verdict)
        if verdict.level:
            self._session.raise_to(verdict.level)
        return verdict

    def _read(self, text, weak):
        """The lexicon's verdict, the highest over the languages; `weak`: see `Automaton.start`."""
        if not self._lexicons:
            return fallback.look(text)
        best = Verdict()
        for lexicon in self._lexicons:
            self._automaton.start(lexicon, weak)
            _run(self._automaton, text, len(text))
            if self._automaton.level > best.level:
                best = _verdict(self._automaton)
        return best

    def _ask_model(self, text, verdict):
        """The verdict, raised to what the model hears, or to what the weak patterns then say.

        They count where it hears danger too, and where it fails. Where it is sure that there is
        none, what is of concern does not count.
        """
        heard = None
        try:
            heard = self._model(text)
            if heard and heard[0] < CONCERN:
                return Verdict() if verdict.level == CONCERN and heard[1] < _SURE else verdict
        except Exception as error:
            self.fault = repr(error)
        try:
            full = verdict if verdict.level == IMMINENT else self._read(text, True)
            if full.level > CONCERN or not heard:
                verdict = full
        except Exception as error:
            self.fault = repr(error)
        if heard:
            _raise(verdict, heard)
        return verdict


def _raise(verdict, heard):
    """Raises the verdict to what the model has heard."""
    level, probability, kind, person = heard
    reason = "model %.2f" % probability
    verdict.reason = verdict.reason + ", " + reason if verdict.reason else reason
    if level > verdict.level:
        if not verdict.level:
            verdict.kind, verdict.person = kind or "suicide", person
        verdict.level = level


def _run(automaton, text, end):
    """Reads text[:end] in pieces that end before a space."""
    at = 0
    if end <= _AT_ONCE:
        data = lowered(text.encode())
        if data is not None:
            return automaton.feed(data)
    while at < end:
        stop = min(at + _CHUNK, end)
        if stop < end:
            space = text.rfind(" ", at, stop)
            if space > at:
                stop = space
        automaton.read(text[at:stop])
        at = stop


def _verdict(automaton):
    from harken.crisis.levels import KINDS

    reason = "lexicon: " + automaton.lexicon.tag_names(automaton.shown)
    return Verdict(
        automaton.level, KINDS[automaton.kind], "other" if automaton.other else "self", reason
    )


def _last_resort(text):
    """A verdict when even looking failed."""
    try:
        return fallback.look(text)
    except Exception:
        return Verdict()


def _text(text):
    """Text from bytes: those that are no UTF-8 become spaces; from anything else none."""
    if not isinstance(text, (bytes, bytearray, memoryview)):
        return ""
    data = bytes(text)
    try:
        return data.decode()
    except ValueError:  # UnicodeError
        return "".join([_char(data, i) for i in range(len(data))])


def _char(data, i):
    """The character that begins at data[i]; "" inside one, a space where there is none."""
    first = data[i]
    if first < 0x80:
        return chr(first)
    for back in (1, 2, 3):
        if i >= back and data[i - back] >= 0xC0 and _size(data, i - back) > back:
            return ""
    size = _size(data, i)
    return data[i : i + size].decode() if size else " "


def _size(data, i):
    """Bytes of the valid UTF-8 character at data[i], or 0."""
    first = data[i]
    size = 2 if 0xC2 <= first < 0xE0 else 3 if 0xE0 <= first < 0xF0 else 4
    if first < 0xC2 or first > 0xF4 or i + size > len(data):
        return 0
    try:
        return size if len(data[i : i + size].decode()) == 1 else 0
    except ValueError:
        return 0
