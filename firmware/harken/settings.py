"""Kept over a restart beside the journal: choices and the risk, never a word that was said."""

import json

_FILE = "harken.json"


class Settings:
    """What the person has chosen, and the guard's state.

    Attributes:
        country: ISO 3166 alpha-2, "" when unknown.
        language: ISO 639-1, "" to follow the language of what is written.
        risk: (level, age in seconds), as the guard's `state` gives it.
    """

    def __init__(self, country="", language="", risk=(0, 0)):
        self.country = country
        self.language = language
        self.risk = risk

    def save(self):
        """Writes the settings; raises OSError when the flash cannot be written."""
        kept = {"country": self.country, "language": self.language, "risk": self.risk}
        with open(_FILE, "w") as stream:
            json.dump(kept, stream)


def load():
    """The saved settings, or the default ones where there are none or they are damaged."""
    try:
        with open(_FILE) as stream:
            kept = json.load(stream)
        level, age = kept["risk"]
        return Settings(str(kept["country"]), str(kept["language"]), (int(level), int(age)))
    except (OSError, ValueError, KeyError, TypeError):
        return Settings()
