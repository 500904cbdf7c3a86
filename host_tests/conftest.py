"""What the tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from harken_toolchain import micropython
from harken_toolchain.errors import UserError
from harken_toolchain.runtime import install


def pytest_sessionstart(session: pytest.Session) -> None:
    """Fetches the 32-bit MicroPython once; in CI its absence is a failure, elsewhere tests skip."""
    if micropython.find():
        return
    try:
        install.install()
    except (UserError, OSError) as error:
        if os.environ.get("CI"):
            raise pytest.UsageError(f"no 32-bit MicroPython: {error}") from error


@pytest.fixture(scope="session")
def runtime() -> list[str]:
    """The argument vector of a 32-bit MicroPython."""
    found = micropython.find()
    if found is None:
        pytest.skip("no 32-bit MicroPython: run 'harken runtime install'")
    return found


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache, and no dataset folder."""
    monkeypatch.setenv("HARKEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("HARKEN_DATA", raising=False)
    yield tmp_path / "cache"
