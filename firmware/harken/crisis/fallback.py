"""What is looked for when the tables cannot be read: a few phrases, kept in the code."""

from harken.crisis.levels import HIGH, Verdict

_PHRASES = (
    "kill myself",
    "killing myself",
    "end my life",
    "end it all",
    "want to die",
    "wanna die",
    "don't want to live",
    "dont want to live",
    "suicid",
    "hurt myself",
    "cut myself",
    "hang myself",
    "overdose",
    "kms",
    "matarme",
    "quiero morir",
    "me tuer",
    "envie de mourir",
    "mich umbringen",
    "will sterben",
    "me matar",
    "quero morrer",
    "marna chahta",
    "marna chahti",
    "मरना चाहत",
    "आत्महत्या",
    "انتحر",
    "انتحار",
    "اريد ان اموت",
)


def look(text):
    """A verdict from phrases alone; `text` is a string."""
    text = text.lower()
    for phrase in _PHRASES:
        if phrase in text:
            return Verdict(HIGH, "suicide", "self", "fallback: phrase")
    return Verdict()
