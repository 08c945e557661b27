"""A table of any number of rows of which only those in sight are in the page; the server sends them as they come."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

from nicegui import ui

HIGH = 30
"""Pixels of a row."""
SEEN, SPARE = 18, 12
"""Rows in sight, and as many more above and below them."""


def window(top: float, count: int) -> tuple[int, int]:
    """The rows to show, first and last (excluded), where the table is scrolled `top` pixels down."""
    first = max(0, min(int(top // HIGH), count) - SPARE)
    return first, min(count, first + SEEN + 2 * SPARE)


def rows_html(head: Sequence[str], cells: Callable[[int], Sequence[str]], first: int, last: int, count: int) -> str:
    """The rows in sight as a table that says which of all rows they are."""
    names = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in head)
    body = "".join(
        f'<tr aria-rowindex="{k + 2}">' + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells(k)) + "</tr>"
        for k in range(first, last)
    )
    return (
        f'<table aria-rowcount="{count + 1}" style="transform:translateY({first * HIGH}px)"><thead><tr>{names}</tr>'
        f"</thead><tbody>{body}</tbody></table>"
    )


def table(label: str, head: Sequence[str], cells: Callable[[int], Sequence[str]], count: int) -> None:
    """Puts the table into the present container; it scrolls by mouse, by finger and by the arrow keys."""
    box = ui.element("div").classes("rows").props(f'tabindex="0" role="region" aria-label="{html.escape(label)}"')
    with box, ui.element("div").style(f"height:{(count + 1) * HIGH}px"):
        shown = ui.html(rows_html(head, cells, *window(0, count), count), sanitize=False)

    def scrolled(event: Any) -> None:
        top = event.args if isinstance(event.args, int | float) else 0.0
        shown.set_content(rows_html(head, cells, *window(float(top), count), count))

    box.on("scroll", scrolled, js_handler="(event) => emit(event.target.scrollTop)", throttle=0.05)
