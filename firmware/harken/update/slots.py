"""The two copies of the application, as far as the running one needs to know of them.

A copy (slot "a" or "b") is two areas of flash:

    app     a littlefs of small blocks, only ever read by the board     partition app_a, app_b
    models  the packed models, see harken/partition.py                  a half of partition models

On a chip without partitions they are the files /app_a.bin and /models_a.bin. This module and
loader.py lie at the root of the board's file system, outside both copies, so that no update
replaces them; they import nothing of Harken. This one stays in memory, loader.py does not.
"""

import json
import os
import sys

SLOTS = ("a", "b")
STATE = "boot.json"
_SECTOR = 4096

#: The slot that runs; None where the files were not installed in slots.
running = None
on_trial = False
#: Set by the loader: the file system's root, the timer that ends a trial.
root = "/"
timer = None


class FileDevice:
    """A file that is read like a partition."""

    def __init__(self, path):
        self._file = open(path, "rb")
        self._size = self._file.seek(0, 2)

    def readblocks(self, block, buffer, offset=0):
        self._file.seek(block * _SECTOR + offset)
        self._file.readinto(buffer)

    def ioctl(self, op, arg):
        return -(-self._size // _SECTOR) if op == 4 else _SECTOR if op == 5 else 0


def find(label, **options):
    """The data partition of that label, or None (no such partition, or no partitions at all)."""
    try:
        from esp32 import Partition
    except ImportError:
        return None
    found = Partition.find(Partition.TYPE_DATA, label=label, **options)
    return found[0] if found else None


def file_name(kind, slot):
    """The file that stands for an area on a chip without partitions."""
    return "%s_%s.bin" % (kind, slot)


def area(kind, slot, root="/"):
    """(device, offset in it) of an area. Raises OSError when there is none."""
    device = find("app_" + slot if kind == "app" else kind)
    if device is None:
        return FileDevice(root + file_name(kind, slot)), 0
    if kind == "app" or slot == "a":
        return device, 0
    return device, device.ioctl(4, 0) // 2 * _SECTOR


def write_json(path, data):
    """Replaces a file in one step: littlefs renames a finished file over the old one."""
    with open(path + ".new", "w") as file:
        json.dump(data, file)
    os.rename(path + ".new", path)


def run():
    """Starts the application that the loader mounted; a trial that fails starts the board anew."""
    try:
        import main  # noqa: F401
    except Exception as error:
        if not on_trial:
            raise
        sys.print_exception(error)
        reset()


def confirm():
    """Tells the loader that the running copy works; ends its trial."""
    global on_trial, timer
    if not on_trial:
        return
    write_json(root + STATE, {"slot": running})
    on_trial = False
    if timer:
        timer.deinit()
        timer = None


def reset(_=None):
    """Starts the board anew; a timer may call it."""
    import machine

    machine.reset()
