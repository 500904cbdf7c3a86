"""A text model as a part that can be dropped for room and loaded again."""

import gc
from errno import ENOENT

#: Models that tell emotions; the first that is there is taken.
EMOTIONS = ("emotion", "goemotions")
READY, NO_ROOM, FAILED, ABSENT = "ready", "no room", "failed", "absent"


class Part:
    """Loads a text model when it is asked to.

    Args:
        names: of models; the first that is there is taken.
        note: takes an exception and keeps its cause.
        lender: another part, whose large buffers this one uses too: they never run at once.
        make_room: called where what was dropped finds no room any more; it is then tried again.

    Attributes:
        classifier: the model, or None while it is not loaded.
        buffers: the large ones of the model, kept when it is dropped.
        health: "ready" (loaded, or dropped for room and to be loaded again), "no room" (it was
            tried in vain, or given up), "failed", or "absent" from the flash.
        fits: whether there was room for it once, and it was not given up since.
    """

    def __init__(self, names, note, lender=None, make_room=None):
        self._names = names
        self._note = note
        self._lender = lender
        self._make_room = make_room
        self.classifier = None
        self.buffers = ()
        self.health = None
        self.fits = False

    @property
    def dropped(self):
        """Whether the model was dropped for room, and is to be loaded again."""
        return self.fits and not self.classifier

    def load(self):
        """Loads the model unless it is there or was tried in vain; a failure is noted.

        That there is none of these names is no failure. A model that fitted once is tried again
        each time: a heap that is scattered now will be in one piece later.
        """
        if not (self.dropped or self.health is None):
            return
        self._try()
        if self.dropped and self._make_room:
            self._make_room()
            self._try()

    def _try(self):
        gc.collect()
        try:
            spare = self._lender.buffers if self._lender else self.buffers
            self.classifier = _classifier(self._names, spare)
            self.buffers = self.classifier.buffers
            self.health = READY
            self.fits = True
        except MemoryError:
            self._fail(None, NO_ROOM)
        except OSError as error:
            self._fail(None if error.errno == ENOENT else error, ABSENT)
        except Exception as error:
            if type(error).__name__ == "RoomError":  # whose module is read with a model alone
                self._fail(None, NO_ROOM)
            else:
                self._fail(error, FAILED)

    def _fail(self, error, health):
        if error:
            self._note(error)
        self.health = health
        self.fits = self.fits and health == NO_ROOM
        self.buffers = ()
        gc.collect()

    def drop(self):
        """Gives the model's room back, but for the buffers that it will want in one piece again."""
        self.classifier = None
        gc.collect()

    def give_up(self):
        """Drops the model for good."""
        self.drop()
        self.health = NO_ROOM
        self.fits = False

    def tell(self, text):
        """(emotion, confidence 0 to 1, state or None); RuntimeError where no model is loaded."""
        if not self.classifier:
            raise RuntimeError("model %s: %s" % (self._names[0], self.health))
        return self.classifier.tell(text)


def _classifier(names, spare):
    from harken import modelstore
    from harken.text.classify import Classifier

    return Classifier(modelstore.first(names), spare=spare)
