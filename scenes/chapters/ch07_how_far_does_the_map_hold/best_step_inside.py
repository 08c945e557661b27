"""Inside the ring: the plain slope, the best point, and the line search."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch07_how_far_does_the_map_hold.common import LEFT, SIDE, TOP
from scenes.engine.ink import rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.parts.map_panel import along
from scenes.parts.trust_region_closeup import LOOKS, NAMES, NATURAL, PLAIN, RING, TrustRegionCloseup, plainly, spot
from traces.store import Trace


class BestStepInside(Stage):
    """Inside the ring: the plain slope, the best point, and the line search."""

    traces = ("trust_region",)

    CHART = (1010.0, 220.0, theme.RIGHT - 1030.0, 620.0)

    def build(self) -> None:
        trace = self.trace("trust_region")
        self.put(statement("Inside the ring, *which step gains most?*"), "text")
        near = TrustRegionCloseup(trace, LEFT, TOP, SIDE)
        near.put(self)
        self.put(near.tag(f"KL = {plainly(trace['delta'])} nat"), "text")
        self.lap(near, trace)
        for one in (PLAIN, NATURAL):
            arrow = self.put(near.arrow(one), "mark")
            self.write(arrow, near.reaching(arrow, one), at=NAMES[one], over=0.9, ease=theme.smooth)
            self.enter(near.name(one), at=(NAMES[one], 0.5))
        self.search(trace)
        words = "Left: exact expected reward close to the start, pale is high. Gains and KL: exact."
        words += " Natural step: Amari 1998."
        self.put(source(words), "text")

    def lap(self, near: TrustRegionCloseup, trace: Trace) -> None:
        # A dot walks round the ring; beside it grows the curve of what each point of the ring gains.
        sheet, offsets = near.sheet, near.offsets
        gain, strides, gains = trace["ring_gain"], trace["stride"][:, 0], trace["stride_gain"][:, 0]
        angle = np.linspace(0, 360, len(gain))
        top = 1.25 * float(np.abs(gain).max()) or 1.0
        chart = Chart(*self.CHART, (0, 360), (-top, top))
        turns = {0: "→", 90: "↑", 180: "←", 270: "↓", 360: "→"}
        parts = chart.put(self, "", turns, "gain on the ring (reward), by direction", {0.0: "0"}, size=theme.LABEL)
        curve = self.put(chart.curve(angle, gain, stroke=theme.TEXT, pen=6.0), "mark")
        dot = self.put(spot(sheet.points(offsets[:1]), 11), "mover")
        grow = chart.growing(curve, angle, gain)

        def walk(share: float) -> None:
            grow(share)
            dot.place(sheet.points(along(offsets, share * (len(offsets) - 1))[None])[:, :2])

        over = max(2.0, self.time("plain") - self.time("near") - 0.4)
        self.write([curve, dot], walk, at=("near", 0.2), over=over, ease=theme.smooth)
        self.hide(dot, at="plain")
        shown = [*parts, curve]
        turns_at = np.degrees(np.arctan2(strides[:, 1], strides[:, 0])) % 360
        for one, cue in ((PLAIN, "plain"), (NATURAL, "natural")):
            x, y = chart.pixels(float(turns_at[one]), float(gains[one]))
            mark = self.put(spot(theme.point(x, y)[None], 15, LOOKS[one].colour, LOOKS[one].marker), "mover", False)
            self.show(mark, at=(cue, 0.6))
            right = (one == PLAIN) == (turns_at[PLAIN] >= turns_at[NATURAL])
            x, anchor = (x + 26, "left") if right else (x - 26, "right")
            tag = halo(text(f"*{plainly(gains[one], 2, signed=True)}*", x, y - 18, 40, LOOKS[one].colour, anchor))
            self.enter(tag, at=("gain", 0.2 + 0.8 * (one == PLAIN)))
            shown += [mark, tag]
        self.hide(*shown, at="search")

    def search(self, trace: Trace) -> None:
        # Every step of the walk: how far the full step would have gone, and how far the step that was taken.
        steps = max(1, int(trace["walk_end"][NATURAL, 0]))
        full, taken, delta = trace["full_kl"][:steps], trace["walk_kl"][NATURAL, 0, :steps], float(trace["delta"])
        chart = Chart(*self.CHART, (0, steps), (0, 1.15 * max(delta, float(full.max()))))
        ticks = {0.5: "1", steps - 0.5: f"{steps}"}
        parts = chart.put(
            self,
            "step of the natural walk",
            ticks,
            "KL of each step (nat); hollow: shortened",
            {0.0: "0", delta: plainly(delta)},
            False,
            theme.LABEL,
        )
        y = chart.pixels(0, delta)[1]
        limit = rule(chart.plane.x, y, theme.RIGHT - 20, y, stroke=theme.SYMBOLS["kl"], pen=4.0, dash=(12, 8))
        self.show(*parts, self.put(limit, "mover", False), at=("search", 0.2))
        tall, short = chart.columns(full, stroke=theme.MUTED, pen=2.5), chart.columns(taken, fill=RING)
        self.show(self.put(tall, "mark", False), at=("search", 0.5))
        self.show(self.put(short, "mark", False), at=("search", 1.3))
