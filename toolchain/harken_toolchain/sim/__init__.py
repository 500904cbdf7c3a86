"""The simulated board: the firmware's own files under MicroPython, silicon replaced."""
