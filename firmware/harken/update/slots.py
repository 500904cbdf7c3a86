"""The loader: chooses which of the two copies of the application starts.

It lies at the root of the board's file system, outside both copies, so that no update replaces
it, and imports nothing of Harken. A copy (slot "a" or "b") is two areas of flash:

    app     a littlefs of small blocks, only ever read by the board     partition app_a, app_b
    models  the packed models, see harken/partition.py                  a half of partition models

On a chip without partitions they are the files /app_a.bin and /models_a.bin.

A copy counts when its manifest, the file /slot_a.json, is there: an update removes it first and
writes it last. A fresh copy is on trial: its first start compares both areas with the manifest's
SHA-256, and it is started at most TRIES times until it calls `confirm()`; then the other copy is
taken again. State changes by renaming a finished file over the old one, which littlefs does in
one step.
"""

import json
import os
import sys

SLOTS = ("a", "b")
KINDS = ("app", "models")
TRIES = 3
STATE = "boot.json"
#: Block size of the application's file system: small, for its files are small.
APP_BLOCK = 512
#: A copy on trial that has not confirmed after this time is started again.
DEADLINE_MS = 120000
_SECTOR = 4096

running = None
on_trial = False
_root = "/"
_timer = None


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


class SmallBlocks:
    """A device of 4096-byte blocks seen as one of APP_BLOCK; for reading only.

    A file has as many blocks as the superblock of its littlefs says, a partition has all it can.
    """

    def __init__(self, device):
        self._device = device
        self._count = device.ioctl(4, 0) * (_SECTOR // APP_BLOCK)
        if isinstance(device, FileDevice):
            head = bytearray(32)
            device.readblocks(0, head, 0)
            self._count = int.from_bytes(head[28:32], "little")

    def readblocks(self, block, buffer, offset=0):
        at = block * APP_BLOCK + offset
        self._device.readblocks(at // _SECTOR, buffer, at % _SECTOR)

    def writeblocks(self, block, buffer, offset=0):
        raise OSError(30)  # EROFS

    def ioctl(self, op, arg):
        return self._count if op == 4 else APP_BLOCK if op == 5 else 0


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


def digest(kind, slot, length, root="/"):
    """SHA-256 of the first `length` bytes of an area, in hexadecimal."""
    from binascii import hexlify
    from hashlib import sha256

    device, at = area(kind, slot, root)
    total, buffer = sha256(), memoryview(bytearray(_SECTOR))
    while length:
        part = buffer[: min(length, _SECTOR)]
        device.readblocks(at // _SECTOR, part, at % _SECTOR)
        total.update(part)
        at += len(part)
        length -= len(part)
    return hexlify(total.digest()).decode()


def _read_json(path):
    try:
        with open(path) as file:
            data = json.load(file)
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None


def write_json(path, data):
    """Replaces a file in one step."""
    with open(path + ".new", "w") as file:
        json.dump(data, file)
    os.rename(path + ".new", path)


def manifest_path(slot, root="/"):
    return root + "slot_" + slot + ".json"


def manifest(slot, root="/"):
    """The manifest of a copy, or None: {"version", "app": [length, sha256], "models": ...}."""
    return _read_json(manifest_path(slot, root))


def read_state(root="/"):
    """The state; empty when there is none or it cannot be read."""
    return _read_json(root + STATE) or {}


def write_state(state, root="/"):
    write_json(root + STATE, state)


def intact(slot, root="/"):
    """Whether both areas of a copy hold what its manifest says; reads all of them."""
    said = manifest(slot, root)
    try:
        return all(digest(kind, slot, said[kind][0], root) == said[kind][1] for kind in KINDS)
    except (OSError, KeyError, TypeError, IndexError):
        return False


def choose(root="/"):
    """(slot to start, whether it is on trial); (None, False) when there is no whole copy.

    Counts the start of a copy on trial before it is started.
    """
    state = read_state(root)
    slot, trial, left = state.get("slot"), state.get("trial"), state.get("left")
    if trial in SLOTS:
        if isinstance(left, int) and left > 0 and (left < TRIES or intact(trial, root)):
            state["left"] = left - 1
            write_state(state, root)
            return trial, True
        write_state({"slot": slot, "failed": trial}, root)
    if slot in SLOTS and manifest(slot, root):
        return slot, False
    for name in SLOTS:
        if intact(name, root):
            return name, False
    return None, False


def mount(slot, root="/"):
    """Mounts the application of a copy at /app and imports from there first.

    The working folder stays the root: /app cannot be written.
    """
    import vfs

    try:
        device = find("app_" + slot, block_size=APP_BLOCK)
    except TypeError:  # an older firmware knows blocks of 4096 bytes only
        device = None
    if device is None:
        device = SmallBlocks(area("app", slot, root)[0])
    vfs.mount(vfs.VfsLfs2(device), "/app")
    sys.path.insert(0, "/app")


def start(root="/"):
    """Starts the application. Raises OSError when there is no whole copy of it."""
    global running, on_trial, _root
    _root = root
    running, on_trial = choose(root)
    if running is None:
        raise OSError("no whole copy of the application; flash the board again")
    if not on_trial:
        mount(running, root)
        return _run()
    _set_deadline()
    try:
        mount(running, root)
        _run()
    except Exception as error:
        sys.print_exception(error)
        _reset()


def _run():
    import main

    if hasattr(main, "main"):
        main.main()


def confirm():
    """Tells the loader that the running copy works; ends its trial."""
    global on_trial, _timer
    if not on_trial:
        return
    write_state({"slot": running}, _root)
    on_trial = False
    if _timer:
        _timer.deinit()
        _timer = None


def _set_deadline():
    global _timer
    try:
        from machine import Timer

        _timer = Timer(1)
        _timer.init(mode=Timer.ONE_SHOT, period=DEADLINE_MS, callback=_reset)
    except (ImportError, ValueError, AttributeError):
        _timer = None  # no such timer: only exceptions and resets count


def _reset(_=None):
    import machine

    machine.reset()
