"""Replies by emotion, read from a text file when one is needed.

A line of the file is an emotion, a tab and a reply; the file is the only place to edit.
"""

_FALLBACK = "I'm here, and I'm listening. Tell me more if you like."
_FOLDER = __file__.rsplit("/", 1)[0] if "/" in __file__ else "."


class Replies:
    """Chooses a reply to an emotion and gives the others before it gives one again."""

    def __init__(self, language="en"):
        self._path = "%s/replies.%s.tsv" % (_FOLDER, language)
        self._turn = {}

    def choose(self, *feelings):
        """A reply to the first of `feelings` that the file has; else something that asks on."""
        for feeling in feelings + ("unclear",):
            count = self._count(feeling + "\t") if feeling else 0
            if count:
                return self._next(feeling, count)
        return _FALLBACK

    def _next(self, emotion, count):
        turn = self._turn.get(emotion, -1) + 1
        self._turn[emotion] = turn
        return self._nth(emotion + "\t", turn % count)

    def _count(self, wanted):
        count = 0
        with open(self._path) as lines:
            for line in lines:
                count += line.startswith(wanted)
        return count

    def _nth(self, wanted, number):
        with open(self._path) as lines:
            for line in lines:
                if line.startswith(wanted):
                    if not number:
                        return line[len(wanted) :].rstrip()
                    number -= 1
        return _FALLBACK
