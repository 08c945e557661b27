"""The companion page in a browser, and its explorer as a folder: `open`."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from pathlib import Path

from pipeline.errors import UserError
from pipeline.files import digest, write_text
from pipeline.publish import bundle


def open_page(root: Path, host: str, port: int, browser: bool) -> None:
    """`render.py open`."""
    _need_nicegui()
    print("Starting the page ...", flush=True)
    from companion.app import serve

    serve(root, host, port, browser)


def export_page(root: Path, folder: Path) -> None:
    """`render.py open --export DIR`: writes the folder whole or not at all, and prints the page to open."""
    room = root / "build" / "exports" / hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    bundle.check("--export", folder, room)
    _need_nicegui()
    from companion.static.page import files

    made = files(root)

    def fill(stage: Path) -> None:
        for name, text in made.items():
            write_text(stage / name, text)

    bundle.make(folder, room, digest(made), fill)
    print(folder / "index.html")


def _need_nicegui() -> None:
    if importlib.util.find_spec("nicegui") is None:
        raise UserError('the page needs NiceGUI: pip install -e ".[page]", or make open.')
