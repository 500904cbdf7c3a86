"""The MicroPython that simulates the board."""
