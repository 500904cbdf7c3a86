"""Starts the application on the serial console."""

import sys

from harken.app import App
from harken.console.serve import serve

serve(
    App(),
    sys.stdin.buffer,
    sys.stdout.buffer.write,
    terminal=sys.platform in ("esp32", "esp8266"),
)
