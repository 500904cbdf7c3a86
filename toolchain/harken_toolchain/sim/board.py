"""Runs on the simulated board, before boot.py: puts the stand-ins in place of the silicon.

Call: `board.py STANDINS STATE [FIRMWARE]`. STANDINS holds the stand-ins for machine, esp32 and
bluetooth. STATE holds one file NAME.partition for each raw flash partition. FIRMWARE is the
board's file system with boot.py and main.py, and STATE becomes the working folder, where the
firmware's own files land; without FIRMWARE the partition `vfs` is mounted as the file system,
as a real board does it.
"""

import os
import sys


def replace_silicon(standins, state):
    """Imports the stand-ins under the names of the modules that they stand for."""
    searched = sys.path[:]
    sys.path[:] = [standins]
    for name in ("machine", "esp32", "bluetooth"):
        # A built-in module comes before a file of the same name, unless one is loaded by then.
        sys.modules[name] = __import__("standin_" + name)
    sys.path[:] = searched
    sys.modules["esp32"].FOLDER = state


def mount_flash(state):
    """Makes the partition `vfs` the root of the file system; the host's moves to /host."""
    import vfs

    esp32 = sys.modules["esp32"]
    vfs.mount(vfs.VfsPosix(state), "/host")
    esp32.FOLDER = "/host"
    vfs.mount(vfs.VfsLfs2(esp32.Partition("vfs")), "/")
    os.chdir("/")
    sys.path[:] = ["", "/lib"]


def run(path):
    """Runs a file as the board runs boot.py and main.py: not as a module."""
    with open(path) as file:
        source = file.read()
    exec(compile(source, path, "exec"), {"__name__": "__main__"})


standins, state = sys.argv[1:3]
replace_silicon(standins, state)
if len(sys.argv) > 3:
    root = sys.argv[3] + "/"
    os.chdir(state)
    sys.path[:] = [root] + [folder for folder in sys.path if folder not in ("", root)]
else:
    root = "/"
    mount_flash(state)
try:
    run(root + "boot.py")
    run(root + "main.py")
except KeyboardInterrupt:
    pass
