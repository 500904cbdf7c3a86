"""The crisis guard: looks at every text before anything else does.

guard = Guard()
verdict = guard.look("i can't go on")
verdict.level, verdict.kind, verdict.person, verdict.reason
"""

from harken.crisis.guard import Guard
from harken.crisis.levels import CONCERN, HIGH, IMMINENT, KINDS, LEVELS, NONE, Verdict

__all__ = ("Guard", "Verdict", "LEVELS", "KINDS", "NONE", "CONCERN", "HIGH", "IMMINENT")
