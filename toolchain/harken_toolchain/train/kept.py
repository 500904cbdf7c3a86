"""Results of long steps, kept in the cache under a hash of all they depend on."""

import hashlib
from functools import cache
from pathlib import Path

import numpy as np

from harken_toolchain import paths

#: Files whose content shapes a training; a change makes what was kept before stale.
_SOURCES = (
    "toolchain/harken_toolchain/train/architectures.py",
    "toolchain/harken_toolchain/train/corpus.py",
    "toolchain/harken_toolchain/train/features.py",
    "toolchain/harken_toolchain/train/fit.py",
    "toolchain/harken_toolchain/train/losses.py",
    "toolchain/harken_toolchain/train/pretrain.py",
    "firmware/harken/text/encoder.py",
    "firmware/harken/text/fold.py",
    "firmware/harken/text/hashing.py",
    "firmware/harken/text/tokens.py",
    "firmware/harken/text/vocabulary.py",
)


@cache
def _code() -> bytes:
    found = hashlib.sha256()
    for name in _SOURCES:
        found.update((paths.repository() / name).read_bytes())
    return found.digest()


def path(kind: str, *inputs: str | bytes) -> Path:
    """Where the result of a step with these inputs is kept."""
    found = hashlib.sha256(_code())
    for part in inputs:
        raw = part.encode(errors="replace") if isinstance(part, str) else part
        found.update(hashlib.sha256(raw).digest())
    return paths.cache() / kind / f"{found.hexdigest()[:24]}.npz"


def load(file: Path) -> dict[str, np.ndarray] | None:
    """The arrays that were stored, None where there are none."""
    if not file.is_file():
        return None
    with np.load(file) as content:
        return dict(content)


def store(file: Path, arrays: dict[str, np.ndarray]) -> None:
    """Stores the arrays; the file is there in whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part.npz")
    np.savez(part, **arrays)  # type: ignore[arg-type]
    part.replace(file)
