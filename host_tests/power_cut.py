"""Runs under MicroPython: an update on a simulated flash whose power fails after N bytes.

The file system is littlefs on that flash, as on the board; the areas are raw partitions beside
it. Prints one line for each cut: N, the version that starts, whether its areas are intact.
Standard input: the places; without any, prints the bytes that a whole update writes.
"""

import os
import sys
from binascii import b2a_base64, hexlify
from hashlib import sha256

import vfs

SECTOR = 4096
VFS_BLOCKS, AREA_BLOCKS = 8, 2


class Flash:
    """All partitions of one board; keeps what they hold at each of the `cuts`."""

    def __init__(self, parts, cuts=()):
        self.parts = parts
        self.kept = []
        self._cuts = list(cuts)
        self.written = 0

    def write(self, label, at, data):
        while self._cuts and self._cuts[0] < self.written + len(data):
            self._keep(label, at, data)
        self.parts[label][at : at + len(data)] = data
        self.written += len(data)

    def _keep(self, label, at, data):
        """What is left when the power fails inside this write."""
        cut = self._cuts.pop(0)
        done = cut - self.written
        parts = copy(self.parts)
        parts[label][at : at + done] = data[:done]
        self.kept.append((cut, parts))


def copy(parts):
    return {label: bytearray(data) for label, data in parts.items()}


class Partition:
    TYPE_DATA = 1
    flash = None

    def __init__(self, flash, label):
        self._flash, self._label = flash, label

    @classmethod
    def find(cls, kind, label=None):
        return [cls(cls.flash, label)] if label in cls.flash.parts else []

    def readblocks(self, block, buffer, offset=0):
        at = block * SECTOR + offset
        buffer[:] = self._flash.parts[self._label][at : at + len(buffer)]

    def writeblocks(self, block, data, offset=None):
        if offset is None:
            self.ioctl(6, block)
        self._flash.write(self._label, block * SECTOR + (offset or 0), data)

    def ioctl(self, op, argument):
        if op == 4:
            return len(self._flash.parts[self._label]) // SECTOR
        if op == 5:
            return SECTOR
        if op == 6:
            self._flash.write(self._label, argument * SECTOR, b"\xff" * SECTOR)
        return 0


class Esp32:
    Partition = Partition


sys.modules["esp32"] = Esp32
from harken.update import slots  # noqa: E402

sys.modules["slots"] = slots
from harken.update import loader  # noqa: E402

sys.modules["loader"] = loader
from harken.update import agent  # noqa: E402


def noise(seed, size):
    data = bytearray(size)
    for i in range(size):
        seed = (seed * 75 + 74) % 65537
        data[i] = seed & 0xFF
    return bytes(data)


def manifest(version, areas):
    said = {k: [len(d), hexlify(sha256(d).digest()).decode()] for k, d in areas.items()}
    said["version"] = version
    return said


OLD = {"app": noise(1, 6000), "models": noise(2, 5000)}
NEW = {"app": noise(3, 7000), "models": noise(4, 4500)}


def boot(flash):
    """Switches a board on: mounts its file system."""
    Partition.flash = flash
    if "flash" in os.listdir("/"):
        vfs.umount("/flash")
    vfs.mount(vfs.VfsLfs2(Partition(flash, "vfs")), "/flash")
    agent.ROOT = "/flash/"


def fresh():
    parts = {"vfs": bytearray(b"\xff" * VFS_BLOCKS * SECTOR)}
    for label, blocks in (("app_a", 1), ("app_b", 1), ("models", 2)):
        parts[label] = bytearray(b"\xff" * AREA_BLOCKS * blocks * SECTOR)
    flash = Flash(parts)
    vfs.VfsLfs2.mkfs(Partition(flash, "vfs"))
    boot(flash)
    parts["app_a"][: len(OLD["app"])] = OLD["app"]
    parts["models"][: len(OLD["models"])] = OLD["models"]
    slots.write_json(loader.manifest_path("a", agent.ROOT), manifest("old", OLD))
    loader.write_state({"slot": "a"}, agent.ROOT)
    return parts


def update():
    """The calls that the host makes, in its order."""
    agent.begin("b")
    for kind in ("app", "models"):
        data = NEW[kind] + b"\xff" * (-len(NEW[kind]) % SECTOR)
        for index in range(len(data) // SECTOR):
            text = b2a_base64(data[index * SECTOR : (index + 1) * SECTOR])
            agent.put(kind, "b", index, text)
    if not agent.finish("b", manifest("new", NEW)):
        raise ValueError("areas differ")
    agent.commit("b")


cuts = sorted(map(int, sys.stdin.read().split()))
flash = Flash(fresh(), cuts)
boot(flash)
update()
if not cuts:
    print(flash.written)
for cut, parts in flash.kept:
    boot(Flash(parts))
    slot, trial = loader.choose(agent.ROOT)
    version = loader.manifest(slot, agent.ROOT)["version"] if slot else "nothing"
    print(cut, version, slot is not None and loader.intact(slot, agent.ROOT))
