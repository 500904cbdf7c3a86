"""The guard's second stage: a small model of English that may only raise the level.

It reads a text as the lexicon does, from its beginning on: at the end of each sentence, and every
few words of a long one, it is asked for the words up to there. What follows the end of a
sentence can therefore not lower what was found before.
"""

from harken.compat import const
from harken.crisis.levels import CONCERN, NONE
from harken.crisis.undisguise import undisguised

#: Words that the model sees at once, and those after which it is asked within a sentence.
_WORDS = const(32)
_STEP = const(16)
_ENDS = ".!?;"
_SIGNS = ".!?;, "


class Model:
    """What `Guard` calls: gives (level, probability of danger, kind, person) for a text, or None.

    Args:
        part: holds the classifier: `load()` loads it where it is not, `classifier` is it or None.

    The classifier's first label is none, each of the others a kind of danger, with "/other" where
    it is somebody else's. Its setting "risk" is the probability of danger from which on a text is
    of concern. High is the lexicon's to say: on everyday talk the model is not sure enough for it.
    Without a classifier it gives None.
    """

    def __init__(self, part):
        self._part = part

    def __call__(self, text):
        self._part.load()
        classifier = self._part.classifier
        most, label = 0.0, ""
        if not classifier:
            return None
        for piece in asked(text, classifier.knows):
            scores = classifier.scores(piece)
            danger = 1 - scores[0]
            if danger > most:
                most = danger
                label = classifier.labels[max(range(1, len(scores)), key=lambda i: scores[i])]
        level = CONCERN if most >= classifier.settings["risk"] else NONE
        kind, _, other = label.partition("/")
        return level, most, kind, other or "self"


def asked(text, knows):
    """Yields what the model is given of a text: its pieces, with disguises undone."""
    for piece in pieces(text):
        yield undisguised(piece, knows)


def pieces(text):
    """Yields the parts of a text that the model is asked for, each without signs at its end."""
    if "\n" in text:  # a copy of a long line is more than a small heap has
        text = text.replace("\n", ". ")
    starts = []
    at = since = last = 0
    while at < len(text):
        end = text.find(" ", at)
        if end < 0:
            end = len(text)
        if end > at:
            starts.append(at)
            del starts[:-_WORDS]
            since += 1
            last = end
            if since == _STEP or text[end - 1] in _ENDS:
                yield text[starts[0] : end].rstrip(_SIGNS)
                since = 0
        at = end + 1
    if since:
        yield text[starts[0] : last].rstrip(_SIGNS)
