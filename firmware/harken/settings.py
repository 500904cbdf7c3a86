"""What the person has chosen, kept on flash; never anything that was said."""

import json

_FILE = "harken.json"


class Settings:
    """`country` (ISO 3166 alpha-2, "" when unknown) and `language` (ISO 639-1)."""

    def __init__(self, country="", language="en"):
        self.country = country
        self.language = language

    def save(self):
        """Writes the settings; raises OSError when the flash cannot be written."""
        with open(_FILE, "w") as stream:
            json.dump({"country": self.country, "language": self.language}, stream)


def load():
    """The saved settings, or the default ones where there are none or they are damaged."""
    try:
        with open(_FILE) as stream:
            saved = json.load(stream)
        return Settings(str(saved["country"]), str(saved["language"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Settings()
