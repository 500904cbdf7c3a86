"""The personal safety plan: six steps in the person's own words, written before a crisis.

The steps are those of Stanley and Brown's Safety Planning Intervention (2012). The plan lives in
memory; a store keeps it, for example the encrypted journal. A store has `load()`, which gives
bytes or None, and `save(data)`.
"""

import json

from harken.compat import const
from harken.crisis.table import Table, folder

STEPS = const(6)
#: Characters of one step that are kept.
MAX_STEP = const(200)


class Plan:
    """A plan of six steps; a step that was not written is "".

    Args:
        store: where it is kept; None keeps it in memory alone.
    """

    def __init__(self, store=None):
        self._store = store
        self.steps = [""] * STEPS
        self._load()

    def _load(self):
        """Takes the stored plan; one that cannot be read counts as none."""
        data = self._store.load() if self._store else None
        if not data:
            return
        try:
            steps = json.loads(data)
        except ValueError:
            return
        if isinstance(steps, list) and len(steps) == STEPS:
            self.steps = [str(step)[:MAX_STEP] for step in steps]

    def write(self, step, text):
        """Writes step 1 to 6; an empty text removes it.

        Raises:
            ValueError: there is no such step.
        """
        if not 1 <= step <= STEPS:
            raise ValueError("step %d: wanted 1 to %d" % (step, STEPS))
        self.steps[step - 1] = " ".join(text.split())[:MAX_STEP]
        if self._store:
            self._store.save(bytes(json.dumps(self.steps), "utf-8"))

    def show(self):
        """The written steps, numbered, a line each; "" where none is written."""
        rows = ["  %d. %s" % (i + 1, step) for i, step in enumerate(self.steps) if step]
        return "\n".join(rows)


def question(step, language="en", path=None):
    """(heading, question) that helps to write step 1 to 6, in a language that has answers.

    Raises:
        OSError: the language has no table.
    """
    with Table("%s/answers.%s.tab" % (path or folder(), language)) as table:
        return table.get(b"plS%d" % (step - 1)), table.get(b"plA%d" % (step - 1))
