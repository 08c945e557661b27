"""Options of the whole suite."""

import signal

import pytest

signal.signal(signal.SIGINT, signal.default_int_handler)
"""A shell that starts the suite in the background lets it, and all that it starts, ignore Ctrl-C. Tests send one."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Lets golden stills be written anew, and only when that is asked for."""
    parser.addoption(
        "--rewrite-golden",
        action="store_true",
        help="write the golden stills of the parts anew; look at every one of them before they are committed",
    )
