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
