"""Distillation: an ensemble learns the task and labels texts for the student.

Hinton et al., Distilling the Knowledge in a Neural Network, 2015; variations of the training
texts as in Jiao et al., TinyBERT, EMNLP 2020.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from harken.crisis.model import pieces
from harken.crisis.undisguise import undisguised

from harken_toolchain.crisis.obfuscate import KINDS, obfuscate
from harken_toolchain.train import calibration, features, finetune, folds, kept, measures, synonyms
from harken_toolchain.train.augment import crossings, variations
from harken_toolchain.train.corpus import Corpus, training_texts
from harken_toolchain.train.match import logits_of
from harken_toolchain.train.progress import Progress
from harken_toolchain.train.recipe import Recipe, Teacher

_SEED = 1
#: The kind of disguise that the device leaves to the model.
_HARD = "typo"


@dataclass(frozen=True)
class Labelled:
    """Texts for the student; targets and, where they are to be matched, the teacher's logits.

    Both are float32 [texts, labels].
    """

    texts: list[str]
    targets: np.ndarray
    logits: np.ndarray | None


def soft_labels(recipe: Recipe, corpus: Corpus, vocabulary: bytes, progress: Progress) -> Labelled:
    """The texts that the student learns from, and what the teacher says of them.

    They are the training texts, whose soft labels are mixed with the true ones, their variations,
    crossings and parts, the texts of other datasets, and a share of all these in disguise.
    """
    settings = recipe.teacher
    assert settings is not None
    train = corpus.train
    near = synonyms.near(train.texts, settings.synonyms) if settings.synonyms else None
    texts = train.texts + variations(train.texts, settings.variations, _SEED, near)
    texts += crossings(train.texts, settings.crossings, _SEED) if settings.crossings else []
    texts += _parts(train.texts) if settings.parts else []
    for name in settings.texts:
        texts += training_texts(name)
    found = []
    if settings.members:
        found.append(_encoders(recipe, corpus, texts, progress))
    if settings.folds:
        found.append(folds.probabilities(recipe, corpus, vocabulary, texts, progress))
    soft = np.mean(found, axis=0)
    knows = features.encoder(recipe.features, vocabulary).knows
    disguised, rows = _disguises(texts, settings.disguised, knows)

    def with_disguises(values: np.ndarray) -> np.ndarray:
        return np.concatenate([values, values[rows]])

    return Labelled(
        texts + disguised,
        with_disguises(_mixed(settings, train.targets, soft)),
        with_disguises(logits_of(corpus.task, soft)) if settings.match else None,
    )


def _parts(texts: list[str]) -> list[str]:
    """What the guard's model is asked for of texts, where that is not the whole text."""
    whole = set(texts)
    return list(dict.fromkeys(part for text in texts for part in pieces(text) if part not in whole))


def _disguises(
    texts: list[str], share: float, knows: Callable[[str], bool]
) -> tuple[list[str], np.ndarray]:
    """A share of the texts in disguise, and their rows: the label is the plain one's.

    The teacher never reads a disguise, which its word pieces were not made for. The student reads
    what the device gives it, with disguises undone; typos are not, and are therefore half of them.
    """
    random = np.random.default_rng(_SEED)
    rows = np.flatnonzero(random.random(len(texts)) < share)
    others = [kind for kind in KINDS if kind != _HARD]
    made = []
    for i in rows:
        kind = others[int(random.integers(len(others)))] if random.random() < 0.5 else _HARD
        made.append(undisguised(obfuscate(texts[i], kind, int(i)), knows))
    return made, rows


def _mixed(settings: Teacher, true: np.ndarray, soft: np.ndarray) -> np.ndarray:
    """`soft`, with the true labels mixed into those of the training texts."""
    own = soft[: len(true)]
    known = np.where(np.isfinite(true), true, own)
    return np.concatenate(
        [settings.trust * own + (1 - settings.trust) * known, soft[len(true) :]]
    ).astype(np.float32)


def _encoders(recipe: Recipe, corpus: Corpus, texts: list[str], progress: Progress) -> np.ndarray:
    """What the fine-tuned encoders give on average, float32 [texts, labels]."""
    valid = corpus.validation
    soft = probabilities(recipe, corpus, texts, progress)
    reached = measures.score(
        corpus.task, valid.targets, probabilities(recipe, corpus, valid.texts, progress)
    )
    progress("teacher labels", 1, 1, f"the teacher's validation score {reached:.4f}")
    return soft


def probabilities(
    recipe: Recipe, corpus: Corpus, texts: list[str], progress: Progress
) -> np.ndarray:
    """What the fine-tuned encoders say of any texts on average, float32 [texts, labels]."""
    settings = recipe.teacher
    assert settings is not None
    found = np.zeros((len(texts), len(corpus.labels)), np.float32)
    for member in range(1, settings.members + 1):
        logits = _logits(recipe, corpus, texts, member, progress)
        found += calibration.probabilities(corpus.task, logits / settings.temperature)
    return found / settings.members


def _logits(
    recipe: Recipe, corpus: Corpus, texts: list[str], member: int, progress: Progress
) -> np.ndarray:
    """The logits of one encoder, from the cache where it has them."""
    key = finetune.key_of(recipe, corpus, member)
    stored = kept.path("teacher", "labels", key, "\0".join(texts))
    found = kept.load(stored)
    if found is None:
        model = finetune.fine_tuned(recipe, corpus, member, progress)
        found = {"logits": model.logits(texts, progress).astype(np.float16)}
        kept.store(stored, found)
    return found["logits"].astype(np.float32)
