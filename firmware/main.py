"""Starts the application on the serial console."""

import sys

from harken.app import App
from harken.console.serve import serve
from harken.update import confirm

app = App()
if app.healthy():
    confirm()
serve(
    app,
    sys.stdin.buffer,
    sys.stdout.buffer.write,
    terminal=sys.platform in ("esp32", "esp8266"),
)
