"""Which chip this is. ESP32-S2 has no MAC16, S3 is another core, C and P chips are RISC-V."""

import sys


def described():
    """What MicroPython says of the machine, such as "Generic ESP32 module with ESP32"."""
    return getattr(sys.implementation, "_machine", sys.platform)


def suits():
    """Whether this is a classic ESP32."""
    if sys.platform != "esp32":
        return False
    chip = described().split(" with ")[-1]
    kind = chip[5:].replace("-", "")
    return chip[:5] == "ESP32" and not (kind[:1] in ("S", "C", "H", "P") and kind[1:2].isdigit())
