"""The level that stays after a text: it falls by time and by an explicit safety check-in alone."""

from harken.compat import const
from harken.crisis.levels import CONCERN, NONE

# Seconds after which a level falls to the one below it: none, concern, high, imminent.
_FALLS_AFTER = (0, 72 * 3600, 24 * 3600, 12 * 3600)
#: Seconds between two check-ins that both count.
_CHECK_IN_GAP = const(1800)


class Session:
    """Keeps a level over texts and restarts.

    Args:
        clock: a function that returns seconds; it may start anew, then no time has passed.
    """

    def __init__(self, clock):
        self._clock = clock
        self._level = NONE
        self._since = clock()
        self._checked = None

    @property
    def level(self):
        """The level now."""
        now = self._clock()
        if now < self._since:
            self._since = now
        while self._level and now - self._since >= _FALLS_AFTER[self._level]:
            self._since += _FALLS_AFTER[self._level]
            self._level -= 1
        return self._level

    def raise_to(self, level):
        """Raises the level, or starts its time anew when it is the same."""
        if level and level >= self.level:
            self._level = level
            self._since = self._clock()
            self._checked = None

    def check_in(self):
        """The person has said, asked directly, that they are safe.

        The first check-in lowers any level to `concern`; another one, half an hour later at the
        earliest, to `none`. Returns the level after it.
        """
        now = self._clock()
        if self.level > CONCERN:
            self._level = CONCERN
        elif self._checked is not None and now - self._checked >= _CHECK_IN_GAP:
            self._level = NONE
        if self._checked is None or now - self._checked >= _CHECK_IN_GAP:
            self._checked = now
        self._since = now
        return self._level

    def state(self):
        """What to keep over a restart: (level, seconds that it has had it)."""
        return (self.level, self._clock() - self._since)

    def restore(self, state):
        """Takes up a state; never lowers the level."""
        level, age = state
        if level > self.level:
            self._level = level
            self._since = self._clock() - age
