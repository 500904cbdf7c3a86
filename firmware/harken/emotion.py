"""The emotion model as a part that can be dropped for room and loaded again."""

import gc

#: Models that tell emotions; the first that is there is taken.
MODELS = ("emotion", "goemotions")
READY, NO_ROOM, FAILED, ABSENT = "ready", "no room", "failed", "absent"


class Emotion:
    """Loads the model when it is asked, and tells (emotion, confidence, state) of a text.

    Args:
        note: takes an exception and keeps its cause.

    Attributes:
        health: "ready" (loaded, or dropped for room and to be loaded again), "no room" (it was
            tried in vain), "failed", or "absent" from the flash.
    """

    def __init__(self, note):
        self._note = note
        self._classifier = None
        self._spare = None
        self.health = None

    def load(self):
        """Loads the model unless it is there or was tried in vain; a failure is noted."""
        if self._classifier or self.health not in (READY, None):
            return
        gc.collect()
        try:
            self._classifier = _classifier(self._spare)
            self.health = READY
        except MemoryError as error:
            self._fail(error, NO_ROOM)
        except OSError as error:
            self._fail(error, ABSENT)
        except Exception as error:
            self._fail(error, FAILED)

    def _fail(self, error, health):
        self._note(error)
        self.health = health
        self._spare = None
        gc.collect()

    def drop(self):
        """Gives the model's room back, but for the buffers that it will want in one piece again."""
        if self._classifier:
            self._spare = self._classifier.buffers
        self._classifier = None
        gc.collect()

    def tell(self, text):
        """(emotion, confidence 0 to 1, state or None); RuntimeError where no model is loaded."""
        if not self._classifier:
            raise RuntimeError("emotion model: %s" % self.health)
        return self._classifier.tell(text)


def _classifier(spare):
    from harken import modelstore
    from harken.text.classify import Classifier

    return Classifier(modelstore.first(MODELS), spare=spare)
