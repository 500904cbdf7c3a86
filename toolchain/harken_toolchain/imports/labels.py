"""Reads the labels of a model in the forms in which tools export them."""

import json
import re
from pathlib import Path

from harken_toolchain.errors import UserError

#: The array of names in Edge Impulse's model_variables.h.
_C_ARRAY = re.compile(r"categories[^\[\]={]*\[[^\]]*\]\s*=\s*\{([^}]*)\}")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def _from_json(text: str) -> list[str] | None:
    try:
        data = json.loads(text)
    except ValueError:
        return None
    if isinstance(data, dict):
        data = data.get("labels", data.get("classes"))
    return [str(item) for item in data] if isinstance(data, list) else None


def _from_header(text: str) -> list[str] | None:
    found = _C_ARRAY.search(text)
    return _STRING.findall(found[1]) if found else None


def read(path: Path) -> list[str]:
    """The labels in a text file (one a line), a JSON list, or an Edge Impulse C header.

    Raises:
        UserError: the file is missing, holds none, or one twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"there is no label file {path}") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is no text in UTF-8: {error}") from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = _from_json(text) or _from_header(text) or lines
    if not found:
        raise UserError(f"{path} holds no label", "Write one label on each line.")
    if twice := sorted({label for label in found if found.count(label) > 1}):
        raise UserError(f"{path} names {twice[0]!r} more than once")
    return found
