"""The guard's two stages on the host: the lexicon, the model, and both as they are shipped."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from harken_toolchain import paths

#: (text) -> level, 0 to 3.
Look = Callable[[str], int]
#: The language that the model reads.
LANGUAGE = "en"


def model_file() -> Path:
    """The released model of the second stage; it may be missing."""
    return paths.repository() / "models" / "crisis" / "crisis.tflite"


class _Loaded:
    """What `harken.crisis.model.Model` reads: a classifier that is there."""

    def __init__(self, classifier: Any):
        self.classifier = classifier

    def load(self) -> None:
        pass


def model(language: str) -> Any:
    """What `Guard` takes as its model for a language; None where there is none."""
    if language != LANGUAGE or not model_file().is_file():
        return None
    from harken.crisis.model import Model
    from harken.text.classify import Classifier

    return Model(_Loaded(Classifier(model_file().read_bytes(), kernels="portable")))


class _Known:
    """Scores of texts that a runner was asked for beforehand, all at once."""

    def __init__(self, content: bytes):
        from harken.text.classify import Classifier

        from harken_toolchain.train.runners import stored_settings

        self.settings = stored_settings(content)
        self.labels = self.settings["labels"]
        self._content = content
        self.knows = Classifier(content, kernels="portable").knows
        self._scores: dict[str, list[float]] = {}

    def read(self, texts: Iterable[str]) -> None:
        import numpy as np

        from harken_toolchain.train.runners import TEXT_RUNNERS, dequantise, fastest

        new = [text for text in dict.fromkeys(texts) if text not in self._scores]
        if new:
            found = np.stack(list(TEXT_RUNNERS[fastest()](self._content, new)))
            scores = dequantise(self._content, found).tolist()
            self._scores.update(zip(new, scores, strict=True))

    def scores(self, text: str) -> list[float]:
        return self._scores[text]


class Stages:
    """Levels of texts by stage; each looks at a text once.

    Attributes: `fault`, why the lexicon's tables are not used, or "".
    """

    def __init__(self, language: str):
        from harken.crisis import Guard
        from harken.crisis.model import Model

        self._guard = Guard(language)
        self.fault: str = self._guard.fault
        self._levels: dict[tuple[bool, str], int] = {}
        self._known: _Known | None = None
        if language == LANGUAGE and model_file().is_file():
            self._known = _Known(model_file().read_bytes())
            self._model = Model(_Loaded(self._known))
            self._shipped = Guard(language, self._model)

    def looks(self) -> dict[str, Look]:
        """The stages by name, as the guard is shipped first: "" is both."""
        if self._known is None:
            return {"": self.lexicon}
        return {"": self.both, "lexicon": self.lexicon, "model": self.model}

    def read(self, texts: Iterable[str]) -> None:
        """Runs the model on texts that are going to be asked for, much faster than one by one."""
        from harken.crisis.model import asked

        if self._known:
            knows = self._known.knows
            self._known.read(piece for text in texts for piece in asked(text, knows))

    def lexicon(self, text: str) -> int:
        """The lexicon's level."""
        return self._level(text, shipped=False)

    def model(self, text: str) -> int:
        """The model's level of a text that was read."""
        return int(self._model(text)[0])

    def both(self, text: str) -> int:
        """The guard's level: the model may only raise the lexicon's."""
        return self._level(text, shipped=True)

    def _level(self, text: str, shipped: bool) -> int:
        key = shipped, text
        if key not in self._levels:
            guard = self._shipped if shipped else self._guard
            self._levels[key] = guard.look(text).level
        return self._levels[key]
