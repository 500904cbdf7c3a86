"""The recipe of a text model, `models/NAME/model.toml`, checked against a schema."""

import hashlib
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from harken_toolchain.errors import UserError

#: What a model tells: one label, any number of labels, or a score for each label.
Task = Literal["label", "labels", "scored_label"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Features(_Part):
    """How a text becomes rows of the embedding table; see `harken.text.encoder`."""

    #: Tokens of a text that are read.
    tokens: int = Field(48, ge=4, le=128)
    #: Rows a token takes: its word and its n-grams.
    rows: int = Field(9, ge=2, le=24)
    #: Rows of known words; a multiple of 16.
    slots: int = Field(3072, ge=16, le=32768, multiple_of=16)
    #: Rows that character n-grams share.
    hashed: int = Field(1536, ge=1, le=32768)
    #: Whether a token has a row for itself with the word before it.
    pairs: bool = False
    #: The shortest and the longest n-gram, in characters.
    grams: tuple[int, int] = (2, 5)
    #: A list of words in datasets/ that are all read as one, for example "dialogue/identity.en".
    terms: str | None = None

    @field_validator("grams")
    @classmethod
    def _ordered(cls, value: tuple[int, int]) -> tuple[int, int]:
        if not 1 <= value[0] <= value[1] <= 8:
            raise ValueError(f"found {list(value)}, wanted [shortest, longest] within 1 and 8")
        return value


class Architecture(_Part):
    """A function of `harken_toolchain.train.architectures` and its sizes."""

    kind: str = "bilstm"
    #: Width of an embedding row.
    width: int = Field(24, ge=4, le=128)
    #: Units of the recurrent layer, each direction.
    units: int = Field(32, ge=4, le=128)
    #: Units of a layer between what is pooled over time and the logits; 0 for none.
    hidden: int = Field(0, ge=0, le=256)

    def encoder(self) -> "Architecture":
        """The part that is pretrained: all but the hidden layer."""
        return self.model_copy(update={"hidden": 0})


class Pretraining(_Part):
    """Before the task is learnt: the encoder learns a teacher's sentence vectors."""

    #: Datasets whose training texts are read, beside the model's own.
    texts: list[str] = Field(min_length=1)
    epochs: int = Field(8, ge=1)
    batch: int = Field(128, ge=1)
    learning_rate: float = Field(4e-3, gt=0)


class Training(_Part):
    seeds: list[int] = Field([1, 2, 3], min_length=1)
    epochs: int = Field(8, ge=1)
    batch: int = Field(64, ge=1)
    learning_rate: float = Field(4e-3, gt=0)
    dropout: float = Field(0.3, ge=0, lt=1)
    #: Probability that a row of the embedding is left out.
    row_dropout: float = Field(0.1, ge=0, lt=1)
    label_smoothing: float = Field(0.05, ge=0, lt=1)
    #: Momentum of the moving average of the weights that is kept in the end; 0 for none.
    average: float = Field(0.0, ge=0, lt=1)
    #: Bound on the size of an embedding's entry: keeps the int8 step small.
    clip: float = Field(1.0, gt=0)
    #: Multi-label: weight of a positive is `positive_weight / sqrt(frequency)`; 0 for 1.
    positive_weight: float = Field(0.0, ge=0)
    #: Multi-label: the output's bias at the start.
    output_bias: float = 0.0


class Teacher(_Part):
    """An ensemble that learns the task and labels texts for the student."""

    #: A model whose teacher's first encoder all members start from: it has learnt that task before.
    after: str | None = None
    epochs: int = Field(4, ge=1)
    batch: int = Field(32, ge=1)
    learning_rate: float = Field(2e-4, gt=0)
    label_smoothing: float = Field(0.05, ge=0, lt=1)
    #: Multi-label: as in `Training`.
    positive_weight: float = Field(0.0, ge=0)
    #: Layers that are fine-tuned, from the last one down.
    layers: int = Field(3, ge=1, le=6)
    #: Word pieces of a text that are read.
    pieces: int = Field(64, ge=8, le=512)
    #: Encoders that are fine-tuned, each with its own seed; their labels are averaged.
    members: int = Field(1, ge=0)
    #: Networks like the student, each trained on all but one of so many parts of the training
    #: texts; their labels are averaged too. A training text is labelled by the one that has
    #: not learnt it.
    folds: int = Field(0, ge=0)
    #: Sizes of these networks, and how they are trained.
    fold_architecture: Architecture = Architecture()
    fold_training: Training = Training()
    #: Datasets whose training texts are labelled too.
    texts: list[str] = []
    #: Variations of each training text that are labelled.
    variations: int = Field(4, ge=0)
    #: Close words that may stand in a variation in the place of a word; 0 for none.
    synonyms: int = Field(0, ge=0, le=32)
    #: Texts from each training text that go on as another does, from two words that both have.
    crossings: int = Field(0, ge=0)
    #: Whether the parts of a training text are labelled that the guard asks its model for.
    parts: bool = False
    #: Share of all these texts that the student reads once more in a random disguise, with the
    #: label that the teacher gave the plain text.
    disguised: float = Field(0.0, ge=0, le=1)
    #: Softens the labels.
    temperature: float = Field(1.0, gt=0)
    #: The teacher's share in the label of a training text, beside the true label.
    trust: float = Field(0.5, ge=0, le=1)
    #: Weight of the squared distance between the student's logits and the teacher's; 0 for none.
    match: float = Field(0.0, ge=0)
    #: Weight of telling the first label from all others, where that matters more than which of
    #: the others it is; it needs `match`.
    first: float = Field(0.0, ge=0)

    @model_validator(mode="after")
    def _says_something(self) -> "Teacher":
        if not self.members and not self.folds:
            raise ValueError("members and folds are both 0: wanted one of them to label texts")
        if self.first and not self.match:
            raise ValueError("first counts in the loss of match alone: wanted match above 0")
        return self


class Quantisation(_Part):
    #: Training texts that calibrate the activations.
    samples: int = Field(400, ge=10)


class Negatives(_Part):
    """Texts of another dataset that are out of scope here."""

    dataset: str
    #: Labels there whose texts would fit a label here.
    without: list[str] = []
    #: Texts taken for training; a fifth of it for validation, as many for test.
    train: int = Field(ge=5)


class Recipe(_Part):
    """A whole recipe; `folder` is where it lies."""

    folder: Path = Field(exclude=True)
    #: What kind of model it is; other kinds have other recipes.
    kind: Literal["text"] = "text"
    title: str
    summary: str
    #: Where the model may go: by default into every image, or only when asked for.
    release: Literal["default", "opt-in", "measure"]
    dataset: str
    #: A label that stands for "none of these".
    out_of_scope: str | None = None
    #: Texts for which no label fits, from another dataset.
    negatives: Negatives | None = None
    features: Features = Features()
    architecture: Architecture = Architecture()
    pretraining: Pretraining | None = None
    teacher: Teacher | None = None
    training: Training = Training()
    quantisation: Quantisation = Quantisation()

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def file(self) -> Path:
        """The packed model."""
        return self.folder / f"{self.name}.tflite"

    def digest(self) -> str:
        """A hash of the recipe's file."""
        return hashlib.sha256((self.folder / "model.toml").read_bytes()).hexdigest()[:16]

    def encoder_digest(self) -> str:
        """A hash of what shapes a pretrained encoder."""
        settings = self.training
        shared = (settings.clip, settings.dropout, settings.row_dropout)
        parts = (self.features, self.architecture.encoder(), self.pretraining, shared)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def is_text(path: Path) -> bool:
    """Whether the model.toml at `path` is the recipe of a text model."""
    return tomllib.loads(path.read_text()).get("kind", "text") == "text"


def read(folder: Path) -> Recipe:
    """The recipe in `folder`.

    Raises:
        UserError: there is none, or it breaks the schema.
    """
    path = folder / "model.toml"
    if not path.is_file():
        raise UserError(
            f"no {path}",
            "Give the folder of a model, for example models/emotion.",
        )
    try:
        return Recipe(folder=folder.resolve(), **tomllib.loads(path.read_text()))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise UserError(f"{path}: {error}", "Mend the recipe.") from None
