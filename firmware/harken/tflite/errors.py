"""The one exception that a model file can cause."""


class ModelError(ValueError):
    """The model is damaged, or asks for what this interpreter does not do.

    The message says what was found, where, and what was wanted.
    """
