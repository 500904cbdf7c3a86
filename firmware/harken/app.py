"""The application: puts the parts together.

The guard comes first. Each other part loads on its own; when one fails, the rest go on, and
`/status` tells the cause. Where the heap is short, the emotion model gives way, then the guard's
own model: what answers danger always finds room, and is put away again when it is not needed.
"""

import gc
import os

from harken import __version__, settings
from harken.compat import MICROPYTHON, forget, heap_free, with_room
from harken.part import EMOTIONS, FAILED, NO_ROOM, READY, Part

_GREETING = (
    "Harken listens, offline. It is no therapist, no medical device and no emergency service: "
    "it cannot call anyone. In danger, call your emergency number (112, 911, 999, 000)."
)
#: For a moment of danger when nothing can be loaded.
_EMERGENCY = (
    "What you say sounds serious, and I take it so. I cannot call anyone. Please call your "
    "emergency number now (112, 911, 999, 000) or a crisis line (findahelpline.com), and "
    "stay near another person."
)
#: Bytes of heap that answering danger may want, the code of the answers counted in.
_ANSWER_ROOM = 16384
#: Bytes that the guard's tables, the console and the answers want beside the models.
_REST_ROOM = 53248
#: How many causes of errors are kept.
_LOG = 8


class App:
    """The parts of the device and what the console can ask of them."""

    version = __version__

    def __init__(self):
        self.log = []
        self.settings = settings.load()
        self._language = self.settings.language or "en"
        self._emotion = Part(EMOTIONS, self.note)
        # The model wants the largest blocks, so it is loaded while the heap is in one piece.
        self._emotion.load()
        self._crisis = self._crisis_model()
        self._answer = None
        self._last_answer = -1
        self._plan = None
        guard = self._guard()
        gc.collect()
        self.session = _session(guard, self._danger, self._tell, self.note)
        gc.collect()

    def greeting(self):
        return _GREETING

    def parts(self):
        """The parts by name: "ready", "failed", "no room" or "absent"; see `Part`."""
        lexicon = FAILED if self.session.guard.fault else READY
        return {
            "emotion": self._emotion.health,
            "lexicon": lexicon,
            "crisis model": self._crisis.health,
        }

    def healthy(self):
        """Whether no part has failed."""
        return FAILED not in self.parts().values()

    def note(self, error):
        """Keeps the cause of an error: its kind and its message; never a text."""
        self.log.append("%s: %s" % (type(error).__name__, error))
        del self.log[:-_LOG]

    def listen(self, text):
        """Lets the guard see a piece of a line that goes on."""
        self._follow(text)
        self.session.listen(text)

    def turn(self, text):
        """The session's reply to a line; a risk that changed is kept over a restart."""
        self._follow(text)
        reply = self.session.turn(text)
        self._keep_risk()
        return reply

    def check_in(self):
        """The session's reply to a safety check-in."""
        reply = self.session.check_in()
        self._keep_risk()
        return reply

    def plan(self):
        """The person's safety plan."""
        if self._plan is None:
            self._plan = self._roomy(_new_plan)
        return self._plan

    def make_room(self):
        """Gives back what can be loaded again; for whoever runs out of heap."""
        self._put_answer_away()
        self._emotion.drop()
        self._crisis.drop()

    def set_country(self, code):
        self.settings.country = code
        self._save()

    def set_language(self, code):
        """Takes another language up for good; "" follows what is written again."""
        self.settings.language = code
        self._save()
        self._speak(code or "en")

    def call(self, method, params):
        """Runs a console method; raises `rpc.RpcError` for the caller's mistakes."""
        from harken.console import methods, rpc

        if method not in methods.METHODS:
            raise rpc.RpcError(rpc.METHOD_NOT_FOUND, "no method '%s'; try 'help'" % method[:20])
        try:
            return methods.METHODS[method][0](self, params)
        except (rpc.RpcError, MemoryError):
            raise
        except Exception as error:
            self.note(error)
            cause = "%s: %s" % (type(error).__name__, error)
            raise rpc.RpcError(rpc.INTERNAL_ERROR, cause) from None

    def _follow(self, text):
        """Takes up the language of `text`, unless the person has chosen one."""
        if self.settings.language or text.isspace():
            return
        try:
            from harken.crisis.language import detect

            found = detect(text)
        except Exception as error:
            self.note(error)
            return
        if found and found != self._language:
            self._speak(found)

    def _speak(self, language):
        """Reads and answers in another language; the guard keeps its level."""
        self.settings.risk = self.session.guard.state()
        self._language = language
        self.session.guard = None
        gc.collect()
        self.session.guard = self._guard()

    def _guard(self):
        """A guard for the language, if need be in the room of the model."""
        guard = self._new_guard()
        if "MemoryError" in guard.fault:
            self.make_room()
            guard = self._new_guard()
        guard.restore(self.settings.risk)
        if guard.fault:
            self.note(RuntimeError("guard: " + guard.fault))
        return guard

    def _new_guard(self):
        from harken.crisis import Guard

        language = self._language.split("-")[0]
        # The model reads English alone; for others there is the lexicon.
        reads = language == "en" and self._crisis.fits
        model = _model(self._crisis) if reads else None
        return Guard(language if _reads(language) else "en", model)

    def _crisis_model(self):
        """The guard's model, in the room of the emotion model where there is not enough for both.

        Where it has no room even so, the emotion model stays.
        """
        part = self._loaded_crisis()
        if not _leaves_room(part):
            self._emotion.drop()
            if not part.classifier:
                part = self._loaded_crisis()
            if _leaves_room(part):
                self._emotion.give_up()
            else:
                part.give_up()
                self._emotion.load()
        return part

    def _loaded_crisis(self):
        part = Part(("crisis",), self.note, self._emotion, self.make_room)
        part.load()
        return part

    def _danger(self, verdict):
        """The fixed text for a moment of danger; it never fails."""
        chosen = self.settings
        gc.collect()
        for part in (self._emotion, self._crisis):
            if MICROPYTHON and heap_free() < _ANSWER_ROOM:
                part.drop()
        if self._answer is None:
            self._answer = self._roomy(lambda: _answer(self.plan(), self._last_answer))
        if self._answer is None:
            return _EMERGENCY
        return self._answer.lines(
            verdict.level, verdict.kind, verdict.person, chosen.country or None, self._language
        )

    def _roomy(self, load):
        """What `load` gives, if need be in the room of the model; None where it fails."""
        for _ in range(2):
            gc.collect()
            try:
                return load()
            except Exception as error:
                self.note(error)
                self.make_room()

    def _tell(self, text):
        """(emotion, confidence, state), if need be in the room of what can be loaded again."""
        return with_room(self.make_room, self._told, text)

    def _told(self, text):
        """As `_tell`, by a model that may have given way; the guard's comes with the next line."""
        if self._emotion.dropped:
            self.make_room()
            self._emotion.load()
        return self._emotion.tell(text)

    def _put_answer_away(self):
        if self._answer:
            self._last_answer = self._answer.turn
            self._answer = None
            forget("harken.crisis.answer", "harken.crisis.resources")

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


def _leaves_room(part):
    """Whether a part that was to be loaded leaves the rest of the application its room."""
    gc.collect()
    if part.health == NO_ROOM:
        return False
    return not (part.classifier and MICROPYTHON) or heap_free() >= _REST_ROOM


def _model(part):
    from harken.crisis.model import Model

    return Model(part)


def _reads(language):
    """Whether the flash holds the guard's tables for the language."""
    from harken.crisis.table import folder

    try:
        os.stat("%s/%s.bin" % (folder(), language))
        return True
    except OSError:
        return False


def _new_plan():
    from harken.crisis.plan import Plan

    return Plan()


def _answer(plan, turn):
    from harken.crisis.answer import Answer

    return Answer(plan, turn=turn)


def _session(guard, danger, tell, note):
    from harken.dialogue.replies import Replies
    from harken.dialogue.session import Session

    return Session(guard, danger, tell, Replies(), note)
