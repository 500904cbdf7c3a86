"""Takes main.py's place on the simulated board: tells the heap after each step.

A step is two lines: `step NAME BYTES_IN_USE`, and MicroPython's own report, in which the
largest block stands.
"""

import gc
import io

import micropython


def step(name):
    gc.collect()
    print("step", name, gc.mem_alloc())
    micropython.mem_info(1)


step("start")
from harken.app import App  # noqa: E402

step("import")
app = App()
step("application")
app.turn("i feel so alone tonight")
step("emotion")
app.turn("i want to kill myself")
step("danger")
from harken.console.serve import serve  # noqa: E402

said = [b"i am so happy today", b"/help", b'{"id": 1, "method": "status"}', b"thank you " * 200]
serve(app, io.BytesIO(b"\n".join(said)), lambda sent: None)
step("console")
print("log", app.log)
