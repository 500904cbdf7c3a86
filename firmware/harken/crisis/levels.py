"""Levels, kinds and the verdict that joins them."""

from harken.compat import const

NONE, CONCERN, HIGH, IMMINENT = const(0), const(1), const(2), const(3)
LEVELS = ("none", "concern", "high", "imminent")
KINDS = ("suicide", "self-harm", "harm-others", "abuse", "medical", "episode")
#: Whom a text speaks of.
PERSONS = ("self", "other")
CONTEXTS = ("negation", "past", "quote", "fiction", "topic", "joke", "hypothetical")


class Verdict:
    """What the guard made of one text.

    Attributes:
        level: 0 to 3, an index into `LEVELS`.
        kind: one of `KINDS`, or "" at level 0.
        person: "self" or "other": whose danger it is.
        reason: what raised it, for example "lexicon: plan+means"; "" at level 0.
    """

    # Most verdicts are this one; the class has it, since setting four attributes takes time.
    level = NONE
    kind = reason = ""
    person = "self"

    def __init__(self, level=NONE, kind="", person="self", reason=""):
        if level or kind or reason or person != "self":
            self.level = level
            self.kind = kind
            self.person = person
            self.reason = reason

    @property
    def name(self):
        """The level's name."""
        return LEVELS[self.level]
