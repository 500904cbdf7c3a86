"""Errors that are the user's to mend: shown as a sentence, never as a traceback."""


class UserError(Exception):
    """A mistake that the user can mend.

    Args:
        what: the thing that is wrong, with the value found and the value wanted.
        hint: what to do next, as a sentence; optional.
    """

    def __init__(self, what: str, hint: str = ""):
        super().__init__(what)
        self.hint = hint
