"""Stock MicroPython firmware."""
