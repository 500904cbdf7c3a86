"""The tests on a real board are there when a port is given, and only then."""

import subprocess
import sys

from harken_toolchain.paths import repository


def collected(*options):
    argv = [sys.executable, "-m", "pytest", "--collect-only", "-q", "host_tests/board", *options]
    done = subprocess.run(argv, cwd=repository(), capture_output=True, text=True)
    return done.stdout


def test_a_port_decides_whether_board_tests_are_collected():
    assert "test_board_" not in collected()
    with_port = collected("--port", "/dev/ttyHARKEN")
    for name in ("self_test", "tflite_micro", "budgets"):
        assert name in with_port
