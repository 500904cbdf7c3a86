"""What the tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from harken_toolchain import micropython
from harken_toolchain.errors import UserError
from harken_toolchain.runtime import install


@pytest.fixture(scope="session")
def runtime() -> list[str]:
    """A 32-bit MicroPython; in CI its absence is a failure, elsewhere a reason to skip."""
    found = micropython.find()
    if found:
        return found
    try:
        install.install()
    except (UserError, OSError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no 32-bit MicroPython: {error}")
    return micropython.require()


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache, and no dataset folder."""
    monkeypatch.setenv("HARKEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("HARKEN_DATA", raising=False)
    yield tmp_path / "cache"
