"""Runs under MicroPython: a board's raw REPL on its standard streams, its flash in a folder.

Arguments: folder with the partitions, folder of the loader, folder of the stand-ins. It speaks as
much of the protocol as mpremote needs: Ctrl-A, Ctrl-C, Ctrl-D, soft reset; no raw paste.
"""

import sys

state, loader, standins = sys.argv[1:4]
sys.path[:] = [standins, loader]
esp32 = __import__("standin_esp32")
esp32.FOLDER = state
sys.modules["esp32"] = esp32
read, write = sys.stdin.buffer.read, sys.stdout.buffer.write


class Machine:
    def reset(self):
        write(b"\x04\x04>")
        raise SystemExit


sys.modules["machine"] = Machine()


def run(code, names):
    """Executes a command; (what it printed, its traceback)."""
    printed = []
    names["print"] = lambda *words: printed.append(" ".join(map(str, words)) + "\r\n")
    try:
        exec(code, names)
        names["ROOT"] = state + "/"
    except Exception as error:
        return "".join(printed), f"Traceback\r\n{type(error).__name__}: {error}\r\n"
    return "".join(printed), ""


names, buffer, raw = {}, b"", False
while True:
    byte = read(1)
    if byte == b"\x01":
        raw, buffer = True, b""
        write(b"raw REPL; CTRL-B to exit\r\n>")
    elif byte in (b"\x03", b"\r"):
        continue
    elif byte == b"\x02":
        raw = False
        write(b"\r\n>>> ")
    elif byte == b"\x04" and raw and not buffer:
        names = {}
        write(b"OK\r\nMPY: soft reboot\r\nraw REPL; CTRL-B to exit\r\n>")
    elif byte == b"\x04" and raw:
        code, buffer = buffer.decode(), b""
        write(b"OK")
        out, error = run(code, names)
        write(out.encode() + b"\x04" + error.encode() + b"\x04>")
    elif byte == b"\x05" and raw and not buffer:
        read(2)
        write(b"R\x00")
    else:
        buffer += byte
