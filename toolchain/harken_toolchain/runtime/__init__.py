"""The 32-bit MicroPython that simulates the board: find it, fetch it, run it."""
