"""States of the page as addresses: what a query string says, and how it is written."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

LONGEST = 8000
"""Characters of a query string that is read; a state of the page needs fewer."""


def present() -> dict[str, str]:
    """The query string of the page that is being built."""
    from nicegui import ui

    request = ui.context.client.request
    return {} if request is None else bounded(request.query_params)


def bounded(query: Mapping[str, str]) -> dict[str, str]:
    """A query string as a dictionary; one that is too long for any state of the page counts as empty."""
    found = dict(query.items())
    return found if sum(len(key) + len(value) for key, value in found.items()) <= LONGEST else {}


def address(path: str, state: Mapping[str, object]) -> str:
    """The address of a state: `/explore?rule=grpo&beta=0.04`."""
    query = urlencode({key: str(value) for key, value in state.items()}, safe=",")
    return f"{path}?{query}" if query else path
