"""Compiles `datasets/crisis/languages.toml` into the table of `harken.crisis.language`."""

import struct
import tomllib
from pathlib import Path
from typing import Annotated

from harken.crisis.language import MAGIC
from harken.text.hashing import word_hash
from harken.text.tokens import Tokens
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harken_toolchain.errors import UserError
from harken_toolchain.resources.schema import _mistakes, folder

#: The table has one bit for each language.
MAX_LANGUAGES = 8


class Languages(BaseModel):
    """Words of each language, divided by spaces."""

    model_config = ConfigDict(extra="forbid")
    words: Annotated[dict[str, str], Field(min_length=2, max_length=MAX_LANGUAGES)]


def read(path: Path | None = None) -> dict[str, list[str]]:
    """The words of each language.

    Raises:
        UserError: the file is no TOML or breaks the schema.
    """
    path = path or folder() / "languages.toml"
    try:
        found = Languages.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path} is not TOML: {error}", "Mend the line that it names.") from error
    except ValidationError as error:
        raise UserError(f"{path}: {_mistakes(error)}", "See its head.") from error
    return {code: words.split() for code, words in found.words.items()}


def pack(words: dict[str, list[str]]) -> bytes:
    """The table; a word of several languages stands once."""
    bits: dict[int, int] = {}
    for i, row in enumerate(words.values()):
        for word in row:
            hashed = _hash(word)
            bits[hashed] = bits.get(hashed, 0) | 1 << i
    codes = b"".join(code.encode().ljust(8, b"\0") for code in words)
    body = b"".join(struct.pack("<I", value | mask << 24) for value, mask in sorted(bits.items()))
    return MAGIC + bytes([len(words)]) + codes + struct.pack("<H", len(bits)) + body


def _hash(word: str) -> int:
    """The hash of a word as the board computes it."""
    tokens = Tokens()
    tokens.start(word)
    if not tokens.next():
        raise UserError(f"languages.toml: {word!r} is no word", "Remove it.")
    return word_hash(tokens.codes, tokens.length)
