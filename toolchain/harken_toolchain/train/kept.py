"""Results of long steps, kept in the cache under a hash of all they depend on."""

import hashlib
from functools import cache
from pathlib import Path

import numpy as np

from harken_toolchain import paths

#: Files whose content shapes a result; a change makes what was kept before stale.
_STUDENT = (
    "toolchain/harken_toolchain/train/architectures.py",
    "toolchain/harken_toolchain/train/corpus.py",
    "toolchain/harken_toolchain/train/features.py",
    "toolchain/harken_toolchain/train/fit.py",
    "toolchain/harken_toolchain/train/losses.py",
    "toolchain/harken_toolchain/train/match.py",
    "toolchain/harken_toolchain/train/pretrain.py",
)
_TEACHER = (
    "toolchain/harken_toolchain/train/finetune.py",
    "toolchain/harken_toolchain/train/losses.py",
    "toolchain/harken_toolchain/train/teacher.py",
)
_SOURCES = {"fits": _STUDENT, "pretrained": _STUDENT, "teacher": _TEACHER}


@cache
def _code(kind: str) -> bytes:
    found = hashlib.sha256()
    for name in _SOURCES[kind]:
        found.update((paths.repository() / name).read_bytes())
    return found.digest()


def path(kind: str, *inputs: str | bytes) -> Path:
    """Where the result of a step with these inputs is kept.

    `kind` is a key of `_SOURCES`. Texts that were encoded are among the inputs, so that the
    device's text code need not be.
    """
    found = hashlib.sha256(_code(kind))
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
