"""A pytest plugin: the option --port of the tests on a real board (host_tests/board).

A plugin and not a conftest.py, for pytest must know the option before it looks for tests.
"""

from typing import Any


def pytest_addoption(parser: Any) -> None:
    parser.addoption(
        "--port", help="Serial port of a board: run the tests of host_tests/board too."
    )
