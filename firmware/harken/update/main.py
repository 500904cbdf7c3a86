"""Stands as /main.py on a board with two copies: the loader picks one, then makes room for it."""

import gc
import sys

import loader
import slots

loader.prepare()
del sys.modules["loader"], loader
gc.collect()
slots.run()
