"""One knob is made longer: the plain arrow turns, the natural one is carried along; and where both walks end."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch07_how_far_does_the_map_hold.common import LEFT, SIDE, TOP
from scenes.chapters.ch07_how_far_does_the_map_hold.walks import Walks
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.triangle import Triangle
from scenes.parts.trust_region_closeup import LOOKS, NAMES, NATURAL, PLAIN, TrustRegionCloseup, plainly, spot
from scenes.theme import FloatArray
from traces.store import Trace

DASH = (3, 14)  # walks on stretched knobs


class StretchTheKnobs(Stage):
    """One knob is made longer: the plain arrow turns, the natural one is carried along; and where both walks end."""

    traces = ("trust_region",)
    hyperparameters = ("trust_region.stretch", "trpo.damping")

    def build(self) -> None:
        trace = self.trace("trust_region")
        self.put(statement("Stretch one knob: *which step still means the same?*"), "text")
        times = float(self.hyper("trust_region.stretch"))
        near = TrustRegionCloseup(trace, LEFT, TOP, SIDE, times)
        near.put(self)
        self.arrows(near, times)
        self.walks(trace)
        words = (
            "Left: exact expected reward close to the start, pale is high. Right: every stride goes to its ring; exact."
        )
        self.put(source(words), "text")

    def arrows(self, near: TrustRegionCloseup, times: float) -> None:
        # Everything on the sheet moves with it, but the plain arrow stays at right angles to the contour lines.
        ghost = near.arrow(PLAIN, fill_opacity=0.4, quiet=True)
        self.put(ghost, "line", shown=False)
        arrows = [self.put(near.arrow(one), "mark") for one in (NATURAL, PLAIN)]
        sheet = near.sheet

        def stretch(share: float) -> None:
            near.stretch(times**share)
            tips = (
                (arrows[NATURAL], near.stride(NATURAL)),
                (arrows[PLAIN], near.uphill()),
                (ghost, near.stride(PLAIN)),
            )
            for ink, tip in tips:
                ink.write(sheet.arrow(tip))

        over = max(2.0, self.time("carry") - self.time("stretch") - 1.2)
        moving = [*sheet.moving, near.ring, ghost, *arrows]
        self.write(moving, stretch, at=("stretch", 0.4), over=over, ease=theme.smooth)
        for k, (name, look) in enumerate(zip(NAMES, LOOKS, strict=True)):
            self.put(halo(text(f"*{name}*", LEFT + SIDE - 24, TOP + 52 + 50 * k, 38, look.colour, "right")), "text")
        if times != 1:
            self.show(ghost, at=("stretch", 0.1), over=0.2)
            was = halo(text("faint: before", LEFT + SIDE - 24, TOP + 148, theme.LABEL, theme.TEXT, "right"))
            self.enter(was, at=("stretch", 1.2))
            self.enter(halo(text("this knob is stretched ↕", LEFT + 24, TOP + SIDE - 26, 34)), at=("stretch", 0.6))

    def walks(self, trace: Trace) -> None:
        # The triangle knows nothing of knobs: what the four walks do to the answers.
        triangle = Triangle(1090, 262, 700, size=theme.FORMULA)
        for mobject in (triangle.frame, *map(halo, triangle.names)):
            self.put(mobject, "line")
        self.put(spot(triangle.points(trace["start_probs"]), 11), "text")
        walks = Walks(triangle, 940, 640)
        # The plain walk is the wider one, so that it is seen on both sides of the natural one where they run together.
        before, stretched = self.walked(trace, PLAIN, 0), self.walked(trace, PLAIN, 1)
        walks.go(self, before, LOOKS[PLAIN], ("before", 0.1), 1.5, radius=20.0, pen=20.0, casing=2.0)
        walks.go(self, self.walked(trace, NATURAL, 0), LOOKS[NATURAL], ("before", 0.1), 1.5, pen=9.0, casing=2.5)
        walks.key(self, "knobs as they are", at="before")
        walks.name_end(self, before[-1], "plain", LOOKS[PLAIN], at=("before", 1.4))
        walks.go(self, stretched, LOOKS[PLAIN], ("plain", 0.2), pen=9.0, dash=(0.1, 18), casing=3.0)
        walks.key(self, "one knob stretched", at="plain", dash=DASH)
        if float(np.hypot(*((stretched[-1] - before[-1]) @ triangle.corners))) > 90:  # else one name is enough
            walks.name_end(self, stretched[-1], "plain,", LOOKS[PLAIN], "stretched", at=("plain", 2.2))
        # Drawn over the other walk, so that both are seen where they are one.
        white = {"stroke": theme.TEXT, "dash": DASH}
        walks.go(self, self.walked(trace, NATURAL, 1), LOOKS[NATURAL], "natural", 1.3, **white)
        damping, damped = float(self.hyper("trpo.damping")), trace["damped_probs"][1]
        if damping > 0:
            look, end = LOOKS[NATURAL], max(1, int(trace["damped_end"][1]))
            walks.go(self, damped[: end + 1], look, ("damped", 0.1), 1.3, casing=3.0)
            words = ("damped", f"as TRPO is: by {plainly(damping)},", "a pinch of plain")
            walks.key(self, *words, at=("damped", 0.1), pen=5.0, stroke=look.colour)

    @staticmethod
    def walked(trace: Trace, one: int, knobs: int) -> FloatArray:
        """One walk up to where it ended."""
        return trace["walk_probs"][one, knobs, : max(1, int(trace["walk_end"][one, knobs])) + 1]
