"""Whether length alone tells danger from its twins: figures by length, and a baseline."""

from collections.abc import Sequence

from harken_toolchain.crisis.cases import Case
from harken_toolchain.crisis.measure import Look, Measure, recall

#: Words of a text: from, and to before.
BUCKETS = ((0, 7), (7, 13), (13, 25), (25, 1000))


def _words(text: str) -> int:
    return len(text.split())


def by_length(look: Look, cases: Sequence[Case]) -> list[Measure]:
    """Recall at `concern` or above, and false alarms there on harmless texts, by length."""
    found = []
    for least, end in BUCKETS:
        inside = [case for case in cases if least <= _words(case.text) < end]
        name = f"length.{least}-{end - 1}" if end < 1000 else f"length.{least}+"
        danger = [case.text for case in inside if case.dangerous]
        quiet = [case.text for case in inside if case.high == 0]
        found.append(recall(f"{name}.recall_concern", look, danger))
        found.append(recall(f"{name}.false_concern", look, quiet))
    return found


def baseline(tuned: Sequence[Case], cases: Sequence[Case]) -> list[Measure]:
    """Telling danger by the number of words alone.

    The threshold and its direction have the best mean of recall and quiet twins on `tuned`.
    """
    danger = [_words(case.text) for case in tuned if case.dangerous]
    quiet = [_words(case.text) for case in tuned if case.high == 0]
    best = (0.0, 0, True)
    for threshold in range(1, 60):
        hit = sum(count >= threshold for count in danger) / max(len(danger), 1)
        wrong = sum(count >= threshold for count in quiet) / max(len(quiet), 1)
        for above, gain in ((True, hit - wrong), (False, wrong - hit)):
            best = max(best, (gain, threshold, above))
    _, threshold, above = best

    def look(text: str) -> int:
        return int((_words(text) >= threshold) == above)

    return [
        recall("length_only.recall_concern", look, [c.text for c in cases if c.dangerous]),
        recall("length_only.false_concern", look, [c.text for c in cases if c.high == 0]),
    ]
