"""Two answers equally good: the natural gradient keeps their shares, the plain one feeds what is common."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch07_how_far_does_the_map_hold.common import COLUMN, MAP
from scenes.engine import layout
from scenes.engine.ink import Ink, box, rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage, When
from scenes.parts.headings import source, statement
from scenes.parts.triangle import Triangle
from scenes.parts.trust_region_closeup import LOOKS, NATURAL, PLAIN, spot
from scenes.theme import Area, FloatArray

NAMES = {NATURAL: ("natural", "natural gradient"), PLAIN: ("plain", "plain gradient")}
WHOLE = 20  # B for one A, from which no decimal is said


class TwinsKeepTheirShares(Stage):
    """Two answers equally good: the natural gradient keeps their shares, the plain one feeds what is common."""

    traces = ("trust_region",)

    def build(self) -> None:
        trace = self.trace("trust_region")
        start = trace["twin_start"]
        self.bring(statement("A and B, *equally good*"))
        top = theme.PICTURE.top + theme.WIDE
        triangle = Triangle(theme.LEFT + theme.WIDE, top, MAP.width - theme.WIDE, size=theme.STATEMENT)
        self.bring(triangle)
        self.goal(triangle, start)
        self.bring(spot(triangle.points(start), theme.TIGHT), layer="mover")
        rows = layout.rows(COLUMN, len(NAMES) + 1, theme.WIDE)
        self.shares(rows[0], "at the start", start, theme.TEXT, "start")
        for row, (one, (cue, name)) in zip(rows[1:], NAMES.items(), strict=True):
            probs = trace["twin_probs"][one, : max(1, int(trace["twin_end"][one])) + 1]
            path = triangle.path(probs, LOOKS[one], pen=2 * theme.BOLD, casing=theme.FINE)
            self.bring(path, cue, "mark", over=0.1)
            self.draw(path, at=cue, over=2.0)
            end = spot(triangle.points(probs[-1]), theme.TIGHT + theme.PEN, LOOKS[one].colour, LOOKS[one].marker)
            self.bring(end, (cue, theme.REST), "mover")
            self.shares(row, name, probs[-1], LOOKS[one].colour, (cue, theme.REST))
        self.bring(source("A and B are paid 1, C nothing. Exact slopes; every step of both runs goes to its ring."))

    def goal(self, triangle: Triangle, start: FloatArray) -> None:
        # Every policy on the edge between A and B earns all there is; on one line A and B keep their shares.
        (ax, ay), (bx, by), _ = triangle.corners
        self.bring(rule(ax, ay, bx, by, stroke=theme.UP, pen=2 * theme.PEN), ("open", theme.SLOW))
        best = text("best: any mix of A and B", (ax + bx) / 2, ay - theme.GUTTER, theme.BODY, theme.UP, "center")
        self.bring(best, ("open", theme.SLOW))
        share = float(start[0] / (start[0] + start[1]))
        ends = triangle.points(np.array([[0, 0, 1], [share, 1 - share, 0]]))
        line = Ink(ends, stroke=theme.MUTED, pen=theme.FINE, dash=(theme.PEN, theme.TIGHT))
        self.bring(line, "start", "line")

    def shares(self, row: Area, name: str, probs: FloatArray, colour: str, at: When) -> None:
        # A and B as shares of one bar.
        share, ratio = float(probs[0] / (probs[0] + probs[1])), float(probs[1] / probs[0])
        count = f"{ratio:.0f}" if ratio > WHOLE or abs(ratio - round(ratio)) < 0.05 else f"{ratio:.1f}"
        y, foot = row.top + theme.BODY, row.top + theme.BODY + theme.GUTTER
        wide, tall = share * row.width, row.bottom - foot - theme.GUTTER
        self.bring(text(f"*{name}*", row.left, y, theme.BODY, colour), at)
        self.bring(text(f"*{count}* B for every A", row.right, y, theme.BODY, colour, "right"), at)
        self.bring(box(row.left, foot, max(theme.FINE, wide), tall, fill=colour), at, "mark")
        self.bring(box(row.left + wide, foot, row.width - wide, tall, stroke=colour, pen=theme.PEN), at, "mark")
        middle = foot + tall / 2 + theme.TITLE / 3
        letters = [("B", row.left + (wide + row.width) / 2, colour)]
        if wide > theme.TITLE:
            letters.append(("A", row.left + wide / 2, theme.CANVAS))
        for letter, x, ink in letters:
            self.bring(text(f"*{letter}*", x, middle, theme.TITLE, ink, "center"), at)
