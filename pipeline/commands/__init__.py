"""What the commands of render.py do, from a project's root to lines on the terminal."""

from __future__ import annotations

from pipeline.commands.clips import Look, clip, sweep
from pipeline.commands.deck import deck
from pipeline.commands.films import film
from pipeline.commands.make import clean, lecture, watch
from pipeline.commands.open import export_page, open_page
from pipeline.commands.pictures import sheet, still
from pipeline.commands.reports import check, listing, listing_text, status, status_text
from pipeline.commands.run import run
from pipeline.commands.upload import upload
from pipeline.commands.voice import record, speech

__all__ = [
    "Look",
    "check",
    "clean",
    "clip",
    "deck",
    "export_page",
    "film",
    "lecture",
    "listing",
    "listing_text",
    "open_page",
    "record",
    "run",
    "sheet",
    "speech",
]
__all__ += ["status", "status_text", "still", "sweep", "upload", "watch"]
