"""Two answers equally good: who keeps their odds on the way up?"""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch07_how_far_does_the_map_hold.common import LEFT
from scenes.engine.ink import Ink, box, rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage, When
from scenes.parts.headings import source, statement
from scenes.parts.say import appear
from scenes.parts.triangle import Triangle
from scenes.parts.trust_region_closeup import LOOKS, NAMES, NATURAL, PLAIN, spot
from scenes.theme import FloatArray


class TwinsKeepTheirOdds(Stage):
    """Two answers equally good: who keeps their odds on the way up?"""

    traces = ("trust_region",)

    def build(self) -> None:
        trace = self.trace("trust_region")
        start = trace["twin_start"]
        self.put(statement("Two answers, *equally good*"), "text")
        triangle = Triangle(LEFT + 24, 204, 752, size=theme.FORMULA)
        for mobject in (triangle.frame, *map(halo, triangle.names)):
            self.put(mobject, "line")
        self.goal(triangle, start)
        self.put(spot(triangle.points(start), 13), "text")
        self.shares(0, "before", start, theme.TEXT)
        for row, one in enumerate((NATURAL, PLAIN)):
            probs = trace["twin_probs"][one, : max(1, int(trace["twin_end"][one])) + 1]
            path = self.put(triangle.path(probs, LOOKS[one], pen=11.0, casing=2.5), "mark", shown=False)
            self.show(path, at=NAMES[one], over=0.1)
            self.draw(path, at=NAMES[one], over=1.8)
            end = spot(triangle.points(probs[-1]), 17, LOOKS[one].colour, LOOKS[one].marker)
            self.show(self.put(end, "mover", False), at=(NAMES[one], 1.5))
            self.shares(1 + row, NAMES[one], probs[-1], LOOKS[one].colour, (NAMES[one], 1.5))
        words = "A and B are paid 1, C nothing. Exact slopes; every stride of both walks goes to its ring."
        self.put(source(words), "text")

    def goal(self, triangle: Triangle, start: FloatArray) -> None:
        # Every policy on the edge between A and B earns all there is; on one line A and B have the same odds.
        (ax, ay), (bx, by), _ = triangle.corners
        self.put(rule(ax, ay, bx, by, stroke=theme.UP, pen=10.0), "line")
        best = text("best: any mix of A and B", (ax + bx) / 2 + 40, (ay + by) / 2 + 10, theme.LABEL, theme.UP)
        self.put(halo(best), "text")
        share = float(start[0] / (start[0] + start[1]))
        line = Ink(
            triangle.points(np.array([[0, 0, 1], [share, 1 - share, 0]])), stroke=theme.MUTED, pen=2.5, dash=(4, 10)
        )
        self.show(self.put(line, "line", shown=False), at=("twins", 1.2))

    def shares(self, k: int, name: str, probs: FloatArray, colour: str, at: When | None = None) -> None:
        # A and B as shares of one bar.
        x, y, width, height = 1010.0, 250.0 + 240 * k, theme.RIGHT - 1010.0, 110.0
        share, odds = float(probs[0] / (probs[0] + probs[1])), float(probs[1] / probs[0])
        words = f"{odds:.0f}" if odds > 20 or abs(odds - round(odds)) < 0.05 else f"{odds:.1f}"
        parts = [
            (text(f"*{name}*", x, y - 22, 40, colour), "text"),
            (text(f"1 A for *{words} B*", theme.RIGHT, y - 22, 40, colour, "right"), "text"),
            (box(x, y, max(2.0, share * width), height, fill=colour), "mark"),
            (box(x + share * width, y, (1 - share) * width, height, stroke=colour, pen=3.0), "mark"),
        ]
        for mobject, layer in parts:
            appear(self, mobject, layer, at)
