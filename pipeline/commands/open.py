"""The companion page in a browser: `open`."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from pipeline.errors import UserError


def open_page(root: Path, host: str, port: int, browser: bool) -> None:
    """`render.py open`."""
    if importlib.util.find_spec("nicegui") is None:
        raise UserError('the page needs NiceGUI: pip install -e ".[page]", or make open.')
    print("Starting the page ...", flush=True)
    from companion.app import serve

    serve(root, host, port, browser)
