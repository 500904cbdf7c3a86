"""The application: puts the parts together.

The guard comes first. Each other part loads on its own; when one fails, the rest go on,
and `/status` tells the cause.
"""

import gc

from harken import __version__, settings

_GREETING = (
    "Harken listens, offline. It is no therapist, no medical device and no emergency service: "
    "it cannot call anyone. In danger, call your emergency number (112, 911, 999, 000)."
)
_READY, _FAILED, _ABSENT = "ready", "failed", "absent"
#: How many causes of errors are kept.
_LOG = 8


class App:
    """The parts of the device and what the console can ask of them."""

    version = __version__

    def __init__(self):
        self.log = []
        self._parts = {}
        self.settings = settings.load()
        # The model wants the largest blocks, so it is loaded while the heap is in one piece. What
        # answers danger is loaded now as well, and where memory is short, the model makes room.
        self._classify = self._load("emotion", _classifier)
        guard = self._guard()
        if "MemoryError" in guard.fault:
            self._make_room()
            guard = self._guard()
        self.plan = self._vital(_plan)
        self._answer = self._vital(lambda: _answer(self.plan))
        replies = self._load("replies", _replies)
        self.session = self._session(guard, self._classify, replies)
        gc.collect()

    def greeting(self):
        return _GREETING

    def parts(self):
        """The parts by name: "ready", "failed", or "absent" where the flash holds none."""
        self._parts["lexicon"] = _FAILED if self.session.guard.fault else _READY
        return self._parts

    def healthy(self):
        """Whether no part has failed."""
        return _FAILED not in self.parts().values()

    def note(self, error):
        """Keeps the cause of an error: its kind and its message; never a text."""
        self.log.append("%s: %s" % (type(error).__name__, error))
        del self.log[:-_LOG]

    def turn(self, text):
        """The session's reply to a line; a risk that changed is kept over a restart."""
        reply = self.session.turn(text)
        self._keep_risk()
        return reply

    def check_in(self):
        """The session's reply to a safety check-in."""
        reply = self.session.check_in()
        self._keep_risk()
        return reply

    def set_country(self, code):
        self.settings.country = code
        self._save()

    def set_language(self, code):
        """Takes another language up; the guard keeps its level."""
        self.settings.language = code
        self.settings.risk = self.session.guard.state()
        self.session.guard = None
        gc.collect()
        self.session.guard = self._guard()
        self._save()

    def call(self, method, params):
        """Runs a console method; raises `rpc.RpcError` for the caller's mistakes."""
        from harken.console import methods, rpc

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

    def _session(self, guard, classify, replies):
        from harken.dialogue.session import Session

        return Session(guard, self._danger, classify, replies, self.note)

    def _guard(self):
        from harken.crisis import Guard

        guard = Guard(self.settings.language)
        guard.restore(self.settings.risk)
        if guard.fault:
            self.note(RuntimeError("guard: " + guard.fault))
        return guard

    def _danger(self, verdict):
        """The fixed text for a moment of danger; it never fails."""
        chosen = self.settings
        return self._answer.lines(
            verdict.level, verdict.kind, verdict.person, chosen.country or None, chosen.language
        )

    def _vital(self, load):
        """A part that must load, if need be in the room of the model."""
        gc.collect()
        try:
            return load()
        except MemoryError:
            self._make_room()
            return load()

    def _make_room(self):
        self._classify = self._load("emotion", _no_room)
        gc.collect()

    def _load(self, name, load):
        """A part, or what raises when it is used."""
        try:
            part = load()
            self._parts[name] = _READY
            return part
        except Exception as error:
            self.note(error)
            self._parts[name] = _ABSENT if isinstance(error, OSError) else _FAILED
            return _Missing(name)

    def _keep_risk(self):
        risk = self.session.guard.state()
        if risk[0] != self.settings.risk[0]:
            self.settings.risk = risk
            self._save()

    def _save(self):
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


def _plan():
    from harken.crisis.plan import Plan

    return Plan()


def _answer(plan):
    from harken.crisis.answer import Answer

    return Answer(plan)


def _classifier():
    from harken import modelstore
    from harken.text.classify import Classifier

    return Classifier(modelstore.source("emotion")).classify


def _no_room():
    raise MemoryError("left out: what answers danger needs the room")


def _replies():
    from harken.dialogue.replies import Replies

    return Replies()
