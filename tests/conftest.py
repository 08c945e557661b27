"""Options of the whole suite."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Lets golden stills be written anew, and only when that is asked for."""
    parser.addoption(
        "--rewrite-golden",
        action="store_true",
        help="write the golden stills of the parts anew; look at every one of them before they are committed",
    )
