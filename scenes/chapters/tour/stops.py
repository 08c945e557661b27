"""The card between two clips of the tour: what is said, in large words, and below it where the tour is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import paragraph, text

if TYPE_CHECKING:
    from scenes.engine.stage import Stage

STOPS = ("policy", "slope", "old answers", "maps", "fence", "race")
DOT, LIT = 10.0, 18.0


def card(stage: Stage, stop: int, *lines: tuple[str, str]) -> None:
    """Lines (cue, words) one below the other, and the stops of the tour with this one lit."""
    above, foot = layout.rows(theme.SAFE, (5, 1))
    _way(stage, stop, foot)
    _words(stage, layout.trimmed(above, top=theme.WIDE), lines)


def _words(stage: Stage, room: theme.Area, lines: Sequence[tuple[str, str]]) -> None:
    blocks = [paragraph(words, room.left, room.top, room.width, theme.DISPLAY) for _, words in lines]
    layout.column(*blocks, gap=theme.WIDE)
    whole = layout.area(*blocks)
    for (cue, _), block in zip(lines, blocks, strict=True):
        stage.bring(layout.shifted(block, 0.0, room.middle[1] - whole.middle[1]), cue)


def _way(stage: Stage, stop: int, foot: theme.Area) -> None:
    """One line with a dot for each stop: behind us and here bright, ahead of us quiet."""
    places = layout.columns(foot, len(STOPS))
    y = foot.top + theme.GAP
    reach = places[stop].middle[0]
    stage.put(rule(places[0].middle[0], y, places[-1].middle[0], y, stroke=theme.HAIRLINE, pen=theme.PEN, quiet=True))
    if stop:
        stage.put(rule(places[0].middle[0], y, reach, y, stroke=theme.MUTED, pen=theme.PEN, quiet=True))
    for number, (place, word) in enumerate(zip(places, STOPS, strict=True)):
        here, colour = number == stop, theme.AXIS if number > stop else theme.TEXT
        dot = Marks(theme.points([place.middle[0]], [y])[:, :2], "circle", LIT if here else DOT, fill=colour)
        stage.bring(dot, layer="mark")
        name = text(f"*{word}*" if here else word, place.middle[0], 0.0, theme.LABEL, anchor="center")
        name.set_color(theme.TEXT if here else theme.MUTED)
        stage.bring(layout.at(name, y=y + theme.WIDE))
