"""The tab: what the explorer shows, and the addresses from which its script reads."""

from __future__ import annotations

from nicegui import ui


def build() -> None:
    """Fill the present container."""
    ui.html("<h1>One group, twelve rules</h1>", sanitize=False)
