"""What `scripts/peers` puts beside the installed libraries, since it cannot be one of them."""

from __future__ import annotations

import sys
from pathlib import Path


def folder(name: str) -> Path:
    """Where it lies, in the virtual environment."""
    return Path(sys.prefix) / name
