"""Where things lie: the checkout, the user's cache, the datasets."""

import os
from pathlib import Path

from harken_toolchain.errors import UserError


def repository() -> Path:
    """The root of the checkout that holds `firmware/`, `models/` and `datasets/`."""
    root = Path(__file__).resolve().parents[2]
    if not (root / "firmware" / "main.py").is_file():
        raise UserError(
            f"no firmware/main.py under {root}",
            "Install Harken from its checkout with 'pip install -e .'.",
        )
    return root


def cache() -> Path:
    """The user's cache folder: `$HARKEN_CACHE`, or `harken` in the XDG cache."""
    if own := os.environ.get("HARKEN_CACHE"):
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "harken"


def data_folders() -> list[Path]:
    """The folders that are searched for a dataset, first match wins.

    `$HARKEN_DATA` comes first when it is set, then the download cache.
    """
    own = os.environ.get("HARKEN_DATA")
    return ([Path(own)] if own else []) + [cache() / "data"]
