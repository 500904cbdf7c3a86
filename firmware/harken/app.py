"""The application: puts the parts together.

The guard comes first. Each other part loads on its own; when one fails, the rest go on,
and `/status` tells the cause.
"""

import gc

from harken import __version__, settings
from harken.console import methods, rpc
from harken.crisis import Guard
from harken.dialogue.session import Session

_GREETING = (
    "Harken listens, offline. It is no therapist, no medical device and no emergency service: "
    "it cannot call anyone. In danger, call your emergency number (112, 911, 999, 000)."
)
#: For a moment of danger when no file can be read.
_EMERGENCY = (
    "What you say sounds serious, and I take it so. I cannot call anyone. Please call your "
    "emergency number now (112, 911, 999, 000) or a crisis line (findahelpline.com), and "
    "stay near another person."
)
#: How many causes of errors are kept.
_LOG = 8


class App:
    """The parts of the device and what the console can ask of them."""

    version = __version__

    def __init__(self):
        self.log = []
        self._failed = []
        guard = Guard()
        self.settings = settings.load()
        answers = self._load("answers", _answers)
        classify = self._load("emotion", _classifier)
        replies = self._load("replies", _replies)
        self._answers = answers
        self.session = Session(guard, self._danger, classify, replies, self.note)
        gc.collect()

    def greeting(self):
        return _GREETING

    def parts(self):
        """The parts by name and whether each has loaded."""
        return {name: name not in self._failed for name in ("answers", "emotion", "replies")}

    def healthy(self):
        """Whether every part has loaded."""
        return not self._failed

    def note(self, error):
        """Keeps the cause of an error: its kind, its message, and where; never a text."""
        self.log.append("%s: %s" % (type(error).__name__, error))
        del self.log[:-_LOG]

    def turn(self, text):
        """The session's reply to a line."""
        return self.session.turn(text)

    def set_country(self, code):
        self.settings.country = code
        self._keep()

    def set_language(self, code):
        self.settings.language = code
        self._keep()

    def call(self, method, params):
        """Runs a console method; raises `rpc.RpcError` for the caller's mistakes."""
        if method not in methods.METHODS:
            raise rpc.RpcError(rpc.METHOD_NOT_FOUND, "no method '%s'; try 'help'" % method[:20])
        try:
            return methods.METHODS[method][0](self, params)
        except rpc.RpcError:
            raise
        except Exception as error:
            self.note(error)
            cause = "%s: %s" % (type(error).__name__, error)
            raise rpc.RpcError(rpc.INTERNAL_ERROR, cause) from None

    def _danger(self, verdict):
        """The fixed text for a moment of danger; it does not depend on any file."""
        try:
            return self._answers(verdict, self.settings)
        except Exception as error:
            self.note(error)
            return _EMERGENCY

    def _load(self, name, load):
        """A part, or a function that raises why there is none."""
        try:
            return load()
        except Exception as error:
            self.note(error)
            self._failed.append(name)
            return _Missing(name)

    def _keep(self):
        try:
            self.settings.save()
        except OSError as error:
            self.note(error)


class _Missing:
    """Stands for a part that did not load: raises when it is used."""

    def __init__(self, name):
        self._name = name

    def __call__(self, *_):
        raise RuntimeError("%s did not load" % self._name)

    choose = __call__


def _answers():
    from harken.crisis.answer import Answer

    answer = Answer()

    def lines(verdict, chosen):
        return answer.lines(
            verdict.level, verdict.kind, verdict.person, chosen.country, chosen.language
        )

    return lines


def _classifier():
    from harken import modelstore
    from harken.text.classify import Classifier

    return Classifier(modelstore.source("emotion")).classify


def _replies():
    from harken.dialogue.replies import Replies

    return Replies()
