"""Chooses which of the two copies of the application starts, mounts it, and is forgotten.

A copy counts when its manifest, the file /slot_a.json, is there: an update removes it first and
writes it last. A fresh copy is on trial: its first start compares both areas with the manifest's
SHA-256, and it is started at most TRIES times until it calls `confirm()`; then the other copy is
taken again. State changes by renaming a finished file over the old one.
"""

import json
import sys

try:
    import slots
except ImportError:  # in the checkout
    from harken.update import slots

KINDS = ("app", "models")
TRIES = 3
#: Block size of the application's file system: small, for its files are small.
APP_BLOCK = 512
#: A copy on trial that has not confirmed after this time is started again.
DEADLINE_MS = 120000
_SECTOR = 4096


class SmallBlocks:
    """A device of 4096-byte blocks seen as one of APP_BLOCK; for reading only.

    A file has as many blocks as the superblock of its littlefs says, a partition has all it can.
    """

    def __init__(self, device):
        self._device = device
        self._count = device.ioctl(4, 0) * (_SECTOR // APP_BLOCK)
        if isinstance(device, slots.FileDevice):
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


def digest(kind, slot, length, root="/"):
    """SHA-256 of the first `length` bytes of an area, in hexadecimal."""
    from binascii import hexlify
    from hashlib import sha256

    device, at = slots.area(kind, slot, root)
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


def manifest_path(slot, root="/"):
    return root + "slot_" + slot + ".json"


def manifest(slot, root="/"):
    """The manifest of a copy, or None: {"version", "board", "app": [length, sha256], "models"}."""
    return _read_json(manifest_path(slot, root))


def read_state(root="/"):
    """The state; empty when there is none or it cannot be read."""
    return _read_json(root + slots.STATE) or {}


def write_state(state, root="/"):
    slots.write_json(root + slots.STATE, state)


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
    if trial in slots.SLOTS:
        if isinstance(left, int) and left > 0 and (left < TRIES or intact(trial, root)):
            state["left"] = left - 1
            write_state(state, root)
            return trial, True
        write_state({"slot": slot, "failed": trial}, root)
    if slot in slots.SLOTS and manifest(slot, root):
        return slot, False
    for name in slots.SLOTS:
        if intact(name, root):
            return name, False
    return None, False


def mount(slot, root="/"):
    """Mounts the application of a copy at /app and imports from there first.

    The working folder stays the root: /app cannot be written.
    """
    import vfs

    try:
        device = slots.find("app_" + slot, block_size=APP_BLOCK)
    except TypeError:  # an older firmware knows blocks of 4096 bytes only
        device = None
    if device is None:
        device = SmallBlocks(slots.area("app", slot, root)[0])
    vfs.mount(vfs.VfsLfs2(device), "/app")
    sys.path.insert(0, "/app")


def prepare(root="/"):
    """Chooses and mounts. Raises OSError when there is no whole copy of the application."""
    slot, on_trial = choose(root)
    if slot is None:
        raise OSError("no whole copy of the application; flash the board again")
    slots.running, slots.on_trial, slots.root = slot, on_trial, root
    if not on_trial:
        return mount(slot, root)
    slots.timer = _deadline()
    try:
        mount(slot, root)
    except Exception as error:
        sys.print_exception(error)
        slots.reset()


def _deadline():
    """A timer that ends a start which never confirms; None where there is no such timer."""
    try:
        from machine import Timer

        timer = Timer(1)
        timer.init(mode=Timer.ONE_SHOT, period=DEADLINE_MS, callback=slots.reset)
        return timer
    except (ImportError, ValueError, AttributeError):
        return None  # only exceptions and resets count
