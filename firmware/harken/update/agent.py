"""Runs on the board while the host updates it; the host sends this text over the serial line.

It writes the copy that is not running. The order makes an interruption harmless: the manifest
of that copy goes first, its areas follow, the manifest comes back once both are right, and the
last step, `commit`, renames one small file.
"""

import os
from binascii import a2b_base64

import loader
import slots

ROOT = "/"
_SECTOR = 4096


def active():
    """The slot that starts when nothing changes, or None."""
    slot = loader.read_state(ROOT).get("slot")
    if slot in slots.SLOTS and loader.manifest(slot, ROOT):
        return slot
    for name in slots.SLOTS:
        if loader.intact(name, ROOT):
            return name
    return None


def status():
    """What the host plans with."""
    slot = active()
    return {
        "active": slot,
        "state": loader.read_state(ROOT),
        "manifest": loader.manifest(slot, ROOT) if slot else None,
    }


def other(slot):
    return "b" if slot == "a" else "a"


def begin(slot):
    """Gives up the copy in `slot`: ends its trial, removes its manifest."""
    running = active()
    if slot == running:
        raise ValueError("slot %s is the running one" % slot)
    loader.write_state({"slot": running}, ROOT)
    try:
        os.remove(loader.manifest_path(slot, ROOT))
    except OSError:
        pass  # there was none


def _device(kind, slot):
    """(device, first block) of an area in a partition; (None, 0) where it is a file."""
    if slots.find("app_" + slot if kind == "app" else kind) is None:
        return None, 0
    device, at = slots.area(kind, slot, ROOT)
    return device, at // _SECTOR


def _write(kind, slot, index, data):
    device, first = _device(kind, slot)
    if device:
        device.writeblocks(first + index, data)
        return
    with open(ROOT + slots.file_name(kind, slot), "ab" if index else "wb") as file:
        file.write(data)


def put(kind, slot, index, text):
    """Writes sector `index` of an area; `text` is 4096 bytes in base64."""
    _write(kind, slot, index, a2b_base64(text))


def clone(kind, slot, index):
    """Copies sector `index` of an area from the running copy."""
    device, at = slots.area(kind, other(slot), ROOT)
    buffer = bytearray(_SECTOR)
    device.readblocks(at // _SECTOR + index, buffer, 0)
    _write(kind, slot, index, buffer)


def finish(slot, manifest):
    """Seals the copy when both areas are what `manifest` says; whether they are."""
    for kind in loader.KINDS:
        if loader.digest(kind, slot, manifest[kind][0], ROOT) != manifest[kind][1]:
            return False
    slots.write_json(loader.manifest_path(slot, ROOT), manifest)
    return True


def commit(slot):
    """Puts the sealed copy on trial: it starts from now on."""
    state = {"slot": active(), "trial": slot, "left": loader.TRIES}
    loader.write_state(state, ROOT)
