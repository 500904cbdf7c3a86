"""The answer to a moment of danger: fixed, reviewed texts with a helpline, never generated.

An answer is put together from parts of `answers.LANG.tab` and the numbers of the person's
country. Parts rotate, so that no answer is the same twice in a row. When a table is missing or
damaged, the text that is built into this module is given instead: an answer never fails.
"""

from harken.compat import const
from harken.crisis import resources
from harken.crisis.table import Table, folder

_CONCERN, _HIGH, _IMMINENT = const(1), const(2), const(3)
_LEVELS = ("none", "concern", "high", "imminent")
_KINDS = {
    "suicide": "s",
    "self-harm": "h",
    "harm-others": "o",
    "abuse": "a",
    "medical": "m",
    "episode": "e",
}
#: Kinds in which the emergency number stands before the helplines at every level.
_EMERGENCY_FIRST = ("harm-others", "abuse", "medical")
_VARIANTS = const(2)
_SHARED_VARIANTS = const(3)
_WIDTH = const(70)

_BUILT_IN = (
    "I take what you wrote seriously, and I'm glad you wrote it.\n"
    "If you or someone near you is in danger, call your emergency number now:\n"
    "  112 works from most mobile phones; 911 in the Americas, 999 in the UK.\n"
    "  US and Canada: call or text 988. UK and Ireland: call 116 123.\n"
    "  Other countries: findahelpline.com\n"
    "Go to someone you trust, and away from anything that could hurt you.\n"
    "I can't call anyone for you. I'm still here."
)


class Answer:
    """Gives the answers of one session.

    Args:
        plan: a `harken.crisis.plan.Plan`, shown first where there is one; optional.
        path: the folder of the tables; that of this package by default.
        turn: the number of the last answer, from 0; by it parts rotate.
    """

    def __init__(self, plan=None, path=None, turn=-1):
        self._plan = plan
        self._path = path or folder()
        self.turn = turn
        #: Why the built-in text was given last, or None; never contains what was written.
        self.failure = None

    def lines(self, level, kind, person="self", country=None, language="en"):
        """The answer as lines divided by newlines; "" at level none.

        Args:
            level: 0 to 3, or its name.
            kind: a kind of the guard; one that is not known is answered as suicide.
            person: "self" or "other".
            country: ISO 3166 code, or None where it is not known.
            language: "en", or another one that has a table; unknown ones give English.
        """
        if level in _LEVELS:
            level = _LEVELS.index(level)
        if not level:
            return ""
        self.turn += 1
        try:
            text = self._compose(level, kind, person, country, language)
            self.failure = None
            return text
        except Exception as error:  # an answer never fails
            self.failure = "%s: %s" % (type(error).__name__, error)
            return self._last_resort()

    def _last_resort(self):
        tail = ("", "\nWrite to me whenever you want.")[self.turn % 2]
        return _BUILT_IN + tail

    def _open(self, language):
        """The table of a language, of its base language, or of English."""
        for name in (language, language.split("-")[0]):
            try:
                return Table("%s/answers.%s.tab" % (self._path, name))
            except OSError:
                pass
        return Table(self._path + "/answers.en.tab")

    def _compose(self, level, kind, person, country, language):
        numbers = self._path + "/resources.tab"
        land = resources.find(country, numbers)
        with self._open(language) as table:
            parts = _Parts(table, kind, person, self.turn)
            plan = self._own_plan(parts, kind, person)
            urgent = level >= _IMMINENT or kind in _EMERGENCY_FIRST
            help = _help(parts, land, numbers, language.split("-")[0], urgent)
            if level >= _IMMINENT:
                order = (parts.own("n"), help, plan, parts.shared("nob"), parts.shared("sty"))
            elif level == _HIGH:
                order = (parts.own("o"), plan, parts.own("d"), help, parts.shared("nob"),
                         parts.shared("saf"))  # fmt: skip
            else:
                order = (parts.own("a"), plan, help, parts.shared("nob"), parts.shared("sty"))
            return "\n".join([part for part in order if part])

    def _own_plan(self, parts, kind, person):
        """The person's safety plan, for danger to themselves."""
        if self._plan is None or person != "self" or kind not in ("suicide", "self-harm"):
            return ""
        shown = self._plan.show()
        return parts.label("pl") + "\n" + shown if shown else ""


class _Parts:
    """The parts of one answer, read from a language's table."""

    def __init__(self, table, kind, person, turn):
        self._table = table
        self._turn = turn
        self._stem = _KINDS.get(kind, "s") + ("o" if person == "other" else "s")

    def _get(self, key):
        text = self._table.get(bytes(key, "utf-8"))
        if text is None:
            raise ValueError("no part '%s'" % key)
        return text

    def own(self, part):
        """A part for this kind and person: a(sk), o(pen), d(o), n(ow)."""
        return self._get("%s%s%d" % (self._stem, part, self._turn % _VARIANTS))

    def shared(self, part):
        """A part for all: nob(ody), sty (stay), saf(e), lin(es)."""
        return self._get("%s%d" % (part, self._turn % _SHARED_VARIANTS))

    def label(self, name):
        return self._get("l:" + name)


def _help(parts, land, numbers, language, urgent):
    """The block of numbers; it always holds an emergency number or a directory."""
    emergency = _emergency(parts, land, numbers)
    confirmed = land.lines(language) if land else []
    if not confirmed:
        rows = [emergency, _directory(parts, numbers)]
        doubtful = land.lines(language, False)[:1] if land else []
        rows += [_line(parts, line, parts.label("nc")) for line in doubtful]
        return "\n".join(rows)
    listed = "\n".join([parts.shared("lin")] + [_line(parts, line) for line in confirmed])
    return emergency + "\n" + listed if urgent else listed + "\n" + emergency


def _emergency(parts, land, numbers):
    if land is None:
        number = resources.international(numbers)[0]
        return "  %s: %s\n    (%s)" % (parts.label("em"), number, parts.label("fm"))
    if land.police:
        police = (parts.label("em"), land.emergency, parts.label("po"), land.police)
        return "  %s: %s   %s: %s" % police
    return "  %s: %s" % (parts.label("em"), land.emergency)


def _directory(parts, numbers):
    _, first, second = resources.international(numbers)
    return "  %s: %s, %s" % (parts.label("di"), first, second)


def _line(parts, line, note=""):
    """A helpline on one line, or on two where it is too long."""
    ways = []
    if line.phone:
        phone = line.phone.replace("option", parts.label("op")).replace("ext.", parts.label("ex"))
        ways.append("%s %s" % (parts.label("ca"), phone))
    if line.text:
        ways.append(_text_way(parts, line.text))
    details = "%s (%s)" % (", ".join(ways), note or _hours(parts, line.hours))
    joint = ":\n    " if len(line.name) + len(details) + 4 > _WIDTH else ": "
    return "  " + line.name + joint + details


def _text_way(parts, text):
    """How to write to a line: "988", "HELLO to 50808", or a service and its number."""
    word, _, number = text.partition(" to ")
    if number:
        return parts.label("tt").replace("{0}", word).replace("{1}", number)
    return text if text[0] > "9" else "%s %s" % (parts.label("te"), text)


def _hours(parts, hours):
    """Hours with the weekdays in words."""
    if not hours:
        return parts.label("hv")
    times, _, days = hours.partition(" ")
    if not days:
        return times
    for i, name in enumerate(parts.label("da").split()):
        days = days.replace(str(i + 1), name)
    return times + " " + days
