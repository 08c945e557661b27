"""Maps that fan out, the fog that this is, a ring of equal behaviour, and the same ring elsewhere."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch07_how_far_does_the_map_hold.common import LEFT, SIDE, TOP
from scenes.chapters.ch07_how_far_does_the_map_hold.cut_open import CutOpen
from scenes.chapters.ch07_how_far_does_the_map_hold.fog import Fog
from scenes.chapters.ch07_how_far_does_the_map_hold.rings import Rings
from scenes.engine.ink import Ink, box
from scenes.engine.lettering import formula, text
from scenes.engine.stage import Stage
from scenes.parts.bars import Bars
from scenes.parts.headings import source, statement
from scenes.parts.map_panel import MapPanel, along, levels
from scenes.parts.plane import Plane
from scenes.parts.triangle import Triangle
from scenes.parts.trust_region_closeup import RING, plainly, spot
from traces.store import Trace

RIGHT_HALF = 1000.0
KL = '{{ upright("KL")(pi_(upright("old")) || pi_theta) = delta : kl }}'
FOG = (0.1, 0.3, 0.5)  # spreads at which fog begins, is thicker, and is thickest, in units of reward


class RingAroundMe(Stage):
    """Maps that fan out, the fog that this is, a ring of equal behaviour, and the same ring elsewhere."""

    traces = ("trust_region",)
    hyperparameters = ("batch_reuse.answers", "trust_region.seed")

    def build(self) -> None:
        trace = self.trace("trust_region")
        us, vs = trace["grid_u"], trace["grid_v"]
        plane = Plane(LEFT, TOP, SIDE, SIDE, (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
        panel = MapPanel(plane, trace)
        question = self.put(statement("How far does *the map hold?*"), "text")
        self.hide(question, at="ring")
        second = self.put(statement("A ring around *everything that behaves almost like me*"), "text", shown=False)
        self.show(second, at=("ring", 0.3))
        self.hide(second, at="many")
        self.enter(statement("*The same KL,* around many policies"), at=("many", 0.3))
        ground = self.put(panel.surface(trace["true_j"]), "ground")
        self.put(panel.frame(), "grid")
        lines = levels(trace)
        self.put(panel.territory(lines, pen=2.4, dash=(3, 8)), "line")
        for tag in panel.heights(lines, 28):
            self.put(tag, "text")
        cut = self.put(
            Ink(plane.trail(*trace["cut"].T)[0], stroke=theme.TEXT, pen=3.0, dash=(16, 12), casing=2.5), "line"
        )
        self.put(panel.start(trace["start"], radius=10), "mover")
        cut_open = CutOpen(trace, RIGHT_HALF + 50, 210, 610, 470)
        cut_open.put(self)
        cut_open.fan_out(self, at=("maps", -0.2))
        cut_open.spread(self, at=("thick", 0.9))
        cut_open.near(self, ("near", 0.3), RING)
        self.hide(*cut_open.parts, at="ring")
        fog = self.fog(plane, trace)
        self.hide(cut, at="ring")
        self.dim(ground, to=0.45, at="many", over=theme.SLOW)
        self.hide(*fog, at="many", over=theme.SLOW)
        count, first = (int(self.hyper(key)) for key in type(self).hyperparameters)
        words = f"Each map: one handful (answers: {count}; seeds from {first} on)."
        note = self.put(source(f"{words} Dotted: exact expected reward. Fog: exact."), "text")
        self.hide(note, at="many")
        rings = Rings(trace, plane)
        larger = f"; drawn {rings.zoom} times as large" if rings.zoom > 1 else ""
        words = f"Every ring: KL = {plainly(trace['delta'])} nat from its middle{larger}. Exact."
        words += "" if larger else " Each policy has its own fog, not drawn."
        self.enter(source(words), at=("many", 0.3))
        self.lap(rings, plane, trace)
        triangle = Triangle(1110, 330, 620, size=theme.FORMULA)
        frame = [self.put(mobject, "line", shown=False) for mobject in (triangle.frame, *triangle.names)]
        self.show(*frame, at=("many", 0.4))
        rings.elsewhere(self, at=("many", 0.4))
        rings.told_in_odds(self, triangle, at="triangle")

    def fog(self, plane: Plane, trace: Trace) -> list[object]:
        fog = Fog(plane, trace["grid_u"], trace["grid_v"], trace["map_error"], FOG)
        self.show(self.put(fog.veil, "ground", shown=False), at="fog", over=1.6)
        self.show(self.put(fog.wisps, "grid", shown=False), at="fog", over=1.6)
        for mobject in (legend := fog.legend(RIGHT_HALF, 806, "fog: how far such maps disagree (reward)")):
            self.show(self.put(mobject, "text", shown=False), at=("fog", 0.3))
        self.hide(*legend, at="near")
        return [fog.veil, fog.wisps]

    def lap(self, rings: Rings, plane: Plane, trace: Trace) -> None:
        # Once around the ring of the start, and what it does to the odds.
        ring, odds, start = rings.on_plane(0), trace["ring_probs"][0], trace["start_probs"]
        home = self.put(rings.home(), "mark", shown=False)
        self.show(home, at="ring", over=0.1)
        self.draw(home, at="ring", over=1.2)
        bars = Bars(1130, 370, 600, 460, theme.TEXT, size=40)
        bars.write(start)
        words = [
            text("odds of each answer", bars.x, bars.y - 24, theme.LABEL, theme.MUTED),
            text("1", bars.x - 14, bars.y + 10, theme.TICK, theme.MUTED, "right"),
            text("0", bars.x - 14, bars.y + bars.height + 8, theme.TICK, theme.MUTED, "right"),
        ]
        parts = [self.put(mobject, "text", False) for mobject in (bars.base, bars.top, *bars.names, *words)]
        parts.append(self.put(bars.ink, "mark", False))
        self.show(*parts, at=("ring", 0.3))
        self.enter(formula(KL, RIGHT_HALF, 196, 50), at=("lap", 0.1))
        colour = theme.SYMBOLS["kl"]
        meaning = f"KL: how differently two policies answer; here {plainly(trace['delta'])} nat"
        self.enter(text(meaning, RIGHT_HALF, 250, theme.LABEL, colour), at=("lap", 0.5))
        for left, low, high in zip(bars.lefts, odds.min(0), odds.max(0), strict=True):
            tall = bars.height * float(high - low)
            band = box(
                left - 16, bars.y + bars.height * (1 - float(high)), bars.bar + 32, tall, fill=RING, fill_opacity=0.75
            )
            parts.append(self.put(band, "line", shown=False))
            self.show(band, at=("odds", 0.1))
        dot = self.put(spot(plane.points(plane.u[0], plane.v[0]), 9, RING), "mover", False)

        def lap(share: float) -> None:
            at = share * (len(ring) - 1)
            u, v = along(ring, at)
            dot.place(plane.points(np.clip([u], *plane.u), np.clip([v], *plane.v))[:, :2])
            bars.write(start + min(1.0, 12 * share, 12 * (1 - share)) * (along(odds, at) - start))

        self.show(dot, at=("ring", 1.3), over=0.2)
        over = max(3.0, self.time("many") - self.time("ring") - 2.0)
        self.write([dot, bars.ink], lap, at=("ring", 1.5), over=over, ease=theme.smooth)
        self.hide(*parts, dot, at="many")
