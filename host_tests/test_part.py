"""A model as a part of the application: what it says of itself when it cannot be loaded."""

import pytest
from harken import part
from harken.tflite.errors import ModelError, RoomError


@pytest.mark.parametrize(
    "error, health, noted",
    [
        (MemoryError("no bytes"), part.NO_ROOM, 0),
        (RoomError("the model does not fit"), part.NO_ROOM, 0),
        (ModelError("the model is damaged"), part.FAILED, 1),
        (OSError(part.ENOENT, "no file"), part.ABSENT, 0),
        (OSError(5, "flash"), part.ABSENT, 1),
    ],
)
def test_a_part_says_why_it_is_not_there(monkeypatch: pytest.MonkeyPatch, error, health, noted):
    def fail(names, spare):
        raise error

    monkeypatch.setattr(part, "_classifier", fail)
    notes: list[Exception] = []
    made = part.Part(("emotion",), notes.append)
    made.load()
    assert (made.health, made.classifier, len(notes)) == (health, None, noted)
    made.load()  # what was tried in vain is not tried again
    assert len(notes) == noted


class _Heap:
    """Stands in for a heap that has room for a model or has none."""

    def __init__(self):
        self.free = True
        self.tries = 0

    def classifier(self, names, spare):
        self.tries += 1
        if not self.free:
            raise MemoryError("no bytes")
        return self

    buffers = ()

    def make_room(self):
        self.free = True


def test_what_fitted_once_is_never_tried_in_vain(monkeypatch: pytest.MonkeyPatch):
    heap = _Heap()
    monkeypatch.setattr(part, "_classifier", heap.classifier)
    made = part.Part(("crisis",), pytest.fail)
    made.load()
    made.drop()
    heap.free = False
    made.load()
    assert (made.health, made.classifier, made.dropped) == (part.NO_ROOM, None, True)
    heap.free = True
    made.load()
    assert (made.health, made.classifier, made.dropped) == (part.READY, heap, False)
    made.give_up()
    tries = heap.tries
    made.load()
    assert (made.health, made.classifier, heap.tries) == (part.NO_ROOM, None, tries)


def test_room_is_made_for_what_fitted_once(monkeypatch: pytest.MonkeyPatch):
    heap = _Heap()
    monkeypatch.setattr(part, "_classifier", heap.classifier)
    made = part.Part(("crisis",), pytest.fail, make_room=heap.make_room)
    heap.free = False
    made.load()
    assert (made.health, heap.free) == (part.NO_ROOM, False)  # not for what never fitted
    made = part.Part(("crisis",), pytest.fail, make_room=heap.make_room)
    heap.free = True
    made.load()
    made.drop()
    heap.free = False
    made.load()
    assert (made.health, made.classifier) == (part.READY, heap)
