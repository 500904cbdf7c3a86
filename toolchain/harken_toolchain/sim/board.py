"""Runs on the simulated board, before boot.py: puts the stand-ins in place of the silicon.

Call: `board.py STANDINS FIRMWARE STATE`. STANDINS holds machine.py, esp32.py and
bluetooth.py; FIRMWARE is the board's file system with boot.py and main.py; STATE becomes
the working folder, so what the firmware writes lands there, and holds one file
NAME.partition for each raw flash partition.
"""

import os
import sys

standins, firmware, state = sys.argv[1:4]
os.chdir(state)
sys.path[:] = [standins, firmware] + [
    folder for folder in sys.path if folder not in ("", standins, firmware)
]
# A built-in module comes before a file of the same name, unless it is loaded by then.
for name in ("machine", "esp32", "bluetooth"):
    sys.modules.pop(name, None)
    folder, sys.path[:] = sys.path[:], [standins]
    try:
        module = __import__("standin_" + name)
    finally:
        sys.path[:] = folder
    sys.modules[name] = module

try:
    __import__("boot")
    __import__("main")
except KeyboardInterrupt:
    pass
