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
    # MicroPython has a `machine` built in, which would be found before a file of that name.
    sys.modules["machine"] = __import__("standin_machine")
    sys.modules["esp32"] = __import__("standin_esp32")
    sys.modules["esp32"].FOLDER = state
    sys.path[:] = searched


def mount_flash(state):
    """Makes the partition `vfs` the root of the file system; the host's moves to /host."""
    import esp32
    import vfs

    vfs.mount(vfs.VfsPosix(state), "/host")
    esp32.FOLDER = "/host"
    vfs.mount(vfs.VfsLfs2(esp32.Partition("vfs")), "/")
    os.chdir("/")
    return "/"


def run(path):
    """Runs a file as the board runs boot.py and main.py: not as a module."""
    with open(path) as file:
        source = file.read()
    exec(compile(source, path, "exec"), {"__name__": "__main__"})


def start(standins, state, firmware=None):
    """Prepares flash and search path; gives the folder that boots."""
    replace_silicon(standins, state)
    if firmware is None:
        root = mount_flash(state)
        sys.path[:] = ["", "/lib"]
    else:
        root = firmware + "/"
        os.chdir(state)
        sys.path[:] = [root] + [folder for folder in sys.path if folder not in ("", root)]
    sys.path.append(standins)
    return root


root = start(*sys.argv[1:])
# A real board's heap holds none of this.
for name in ("replace_silicon", "mount_flash", "start"):
    del globals()[name]
try:
    run(root + "boot.py")
    run(root + "main.py")
except KeyboardInterrupt:
    pass
