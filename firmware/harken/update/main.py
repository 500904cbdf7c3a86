"""Stands as /main.py on a board with slots: hands over to the loader."""

import slots

slots.start()
