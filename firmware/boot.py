"""Runs first on the board; the application starts in main.py."""

import gc

try:
    import micropython

    # What is compiled here carries no line numbers: as in an image, and for the heap's sake.
    micropython.opt_level(3)
    # Garbage is collected soon: what stays would lie scattered between it and part the free heap.
    gc.threshold(4096)
except ImportError:  # CPython has room
    gc.collect()
