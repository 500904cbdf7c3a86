"""The exceptions that a model file can cause: one, and its kind for a heap that is too small."""


class ModelError(ValueError):
    """The model is damaged, or asks for what this interpreter does not do.

    The message says what was found, where, and what was wanted.
    """


class RoomError(ModelError):
    """The model is sound as far as it was read, but the heap has no room for it."""
