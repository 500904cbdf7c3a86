"""A session: the guard looks first, then the emotion is told, then an answer is chosen."""

import gc

from harken.compat import heap_used, ticks_diff, ticks_ms
from harken.crisis.levels import CONCERN, HIGH, LEVELS

_APOLOGY = "Sorry, something went wrong inside me just now. Please say that again."
_EMPTY = "I'm here. Take your time."
_STILL_HERE = "I have not forgotten what you said before. If you are safe now, type /safe. "


class Session:
    """One person's conversation.

    Args:
        guard: `look(text)` gives a verdict with `level`, `kind`, `person` and `reason`;
            `level` is the level that the session has; `check_in()` is the safety check-in.
            Another guard may take its place in the attribute `guard`.
        danger: takes a verdict, gives the fixed text for a moment of danger; never raises.
        classify: takes a text, gives (emotion, confidence, state); may raise. May be replaced, too.
        replies: `choose(emotion, state)` gives a reply.
        note: takes an exception and keeps its cause; never the text.
    """

    def __init__(self, guard, danger, classify, replies, note):
        self.guard = guard
        self._danger = danger
        self.classify = classify
        self._replies = replies
        self._note = note
        self._heard = None

    def risk(self):
        """The session's risk level by name."""
        return LEVELS[self.guard.level]

    def listen(self, text):
        """Lets the guard see a piece of a line that goes on."""
        verdict = self.guard.look(text)
        if self._heard is None or verdict.level > self._heard.level:
            self._heard = verdict

    def turn(self, text):
        """The reply to a line, or to its first piece when `listen` got the others.

        Returns a dict: text, emotion, confidence (0 to 1), state (one of the eleven, or None),
        risk, kind, reason, latency_ms, heap_used. `emotion`, `confidence` and `state` are None
        where danger was answered instead.
        """
        start = ticks_ms()
        self.listen(text)
        verdict, self._heard = self._heard, None
        reply = {"emotion": None, "confidence": None, "state": None, "kind": verdict.kind}
        reply["reason"] = verdict.reason
        try:
            self._answer(reply, text, verdict)
        except Exception as error:  # a turn may fail, the conversation goes on
            self._note(error)
            reply["text"] = _APOLOGY
            reply["error"] = "%s: %s" % (type(error).__name__, error)
        reply["risk"] = self.risk()
        reply["latency_ms"] = ticks_diff(ticks_ms(), start)
        # Between two turns nobody waits: a good time to collect, and then the heap's use is true.
        gc.collect()
        reply["heap_used"] = heap_used()
        return reply

    def check_in(self):
        """The person says that they are safe now; the guard decides what that lowers."""
        self.guard.check_in()
        text = "Thank you for telling me. I'm glad you are safe. I'm still here."
        return {"text": text, "risk": self.risk()}

    def _answer(self, reply, text, verdict):
        if verdict.level >= HIGH:
            reply["text"] = self._danger(verdict)
            return
        if not text.strip():
            reply["text"] = _EMPTY
            return
        reply["emotion"], reply["confidence"], reply["state"] = self._tell_emotion(text)
        if verdict.level == CONCERN:
            reply["text"] = self._danger(verdict)
            return
        clear = (reply["emotion"], reply["state"]) if reply["state"] else ()
        reply["text"] = self._replies.choose(*clear)
        if self.guard.level >= HIGH:
            reply["text"] = _STILL_HERE + reply["text"]

    def _tell_emotion(self, text):
        """(emotion, confidence, state), or ("unclear", 0.0, None) when the model fails."""
        try:
            return self.classify(text)
        except Exception as error:
            self._note(error)
            return "unclear", 0.0, None
