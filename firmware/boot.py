"""Runs first on the board; the application starts in main.py."""

import gc

gc.collect()
