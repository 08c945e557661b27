"""One parameter is written larger: the plain gradient's run ends elsewhere, the natural gradient's does not."""

from __future__ import annotations

from typing import Any

import numpy as np

from scenes import theme
from scenes.chapters.ch07_how_far_does_the_map_hold.common import COLUMN, MAP, closeup, directions
from scenes.chapters.ch07_how_far_does_the_map_hold.walks import Walks
from scenes.engine import layout
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.triangle import Triangle
from scenes.parts.trust_region_closeup import LOOKS, NATURAL, PLAIN, TrustRegionCloseup, spot
from scenes.theme import FloatArray
from traces.store import Trace

NAMES = {PLAIN: "plain gradient", NATURAL: "natural gradient"}
THICK = 20.0  # pen of the run that lies below another
DOTS = (0.1, 3 * theme.BOLD)  # runs with the parameter written larger


class StretchTheParameters(Stage):
    """One parameter is written larger: the plain gradient's run ends elsewhere, the natural gradient's does not."""

    traces = ("trust_region",)
    hyperparameters = ("trust_region.stretch",)

    def build(self) -> None:
        trace = self.trace("trust_region")
        self.bring(statement("Does it matter *how we write the parameters?*"))
        times = float(self.hyper("trust_region.stretch"))
        near = closeup(trace, times)
        near.put(self)
        self.bring(directions(), layer="mover")
        self.arrows(near, times)
        self.runs(trace)
        words = "Left: expected reward close to the start, pale is high. Every step goes to its ring. Exact."
        self.bring(source(words))

    def arrows(self, near: TrustRegionCloseup, times: float) -> None:
        # Everything on the sheet goes with it, but the gradient stays at right angles to the contour lines.
        arrows = [self.put(near.arrow(one), "mark") for one in (NATURAL, PLAIN)]
        sheet = near.sheet

        def stretch(share: float) -> None:
            near.stretch(times**share)
            arrows[NATURAL].write(sheet.arrow(near.stride(NATURAL)))
            arrows[PLAIN].write(sheet.arrow(near.uphill()))

        moving = [*sheet.moving, near.ring, *arrows]
        over = max(2.0, self.time("guess") - self.time("stretch") - theme.CHANGE)
        self.write(moving, stretch, at=("stretch", theme.QUICK), over=over, ease=theme.smooth)
        if times != 1:
            words = f"this parameter: *× {times:g}* ↕"
            word = text(words, MAP.right - theme.GUTTER, MAP.bottom - 2 * theme.DISPLAY, theme.BODY, anchor="right")
            self.bring(halo(word), ("stretch", theme.QUICK))

    def runs(self, trace: Trace) -> None:
        # The triangle knows nothing of parameters: what the runs do to the answers.
        room = layout.inset(COLUMN, theme.WIDE)
        side = min(room.width, 2 * room.height / np.sqrt(3))
        left = COLUMN.left + (COLUMN.width - side) / 2
        triangle = Triangle(left, room.top + theme.WIDE, side, size=theme.STATEMENT)
        self.bring(triangle)
        self.bring(spot(triangle.points(trace["start_probs"]), theme.TIGHT), layer="text")
        walks = Walks(triangle, COLUMN.left, COLUMN.bottom - 2 * theme.STATEMENT)
        for one, name in NAMES.items():
            walks.key(self, name, stroke=LOOKS[one].colour, pen=theme.TIGHT)
        # The plain run is the wider one, so that it is seen on both sides of the natural one where they go together.
        before, after = (self.run_of(trace, PLAIN, k) for k in range(2))
        at = ("before", theme.QUICK)
        walks.go(self, before, LOOKS[PLAIN], at, pen=THICK, casing=theme.FINE)
        walks.go(self, self.run_of(trace, NATURAL, 0), LOOKS[NATURAL], at, pen=THICK / 2, casing=theme.FINE)
        # Drawn over the runs before, so that both are seen where they are one.
        dots: dict[str, Any] = {"stroke": theme.TEXT, "pen": theme.BOLD, "dash": DOTS}
        walks.go(self, after, LOOKS[PLAIN], "plain", radius=THICK, casing=theme.FINE, **dots)
        walks.key(self, "written larger", at="plain", **dots)
        walks.go(self, self.run_of(trace, NATURAL, 1), LOOKS[NATURAL], "natural", radius=THICK, **dots)
        # Where they end, over the edge between A and B.
        left, right = layout.columns(layout.area(triangle.frame), 2)
        over = left.top - theme.GUTTER
        both = text("both end at A", right.right - theme.WIDE, over, theme.BODY, anchor="right")
        if np.argmax(before[-1]) == 0:
            self.bring(both, ("before", 2 * theme.SLOW))
            self.hide(both, at="plain")
        if int(np.argmax(after[-1])) != int(np.argmax(before[-1])):
            self.bring(text("*plain*", left.left + theme.WIDE, over, theme.BODY, LOOKS[PLAIN].colour), ("plain", 2.0))
            word = text("*natural*", right.right - theme.WIDE, over, theme.BODY, LOOKS[NATURAL].colour, "right")
            self.bring(word, ("natural", 2.0))

    @staticmethod
    def run_of(trace: Trace, one: int, written: int) -> FloatArray:
        """The chances along one run, up to where it ended."""
        chances: FloatArray = trace["walk_probs"][one, written, : max(1, int(trace["walk_end"][one, written])) + 1]
        return chances
