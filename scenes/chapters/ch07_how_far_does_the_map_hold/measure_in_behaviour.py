"""How far is measured in behaviour: the policies of one KL are a ring around ours, the edge of the trust region."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch07_how_far_does_the_map_hold.common import COLUMN, DOTTED, MAP, closeup, directions, map_panel
from scenes.chapters.ch07_how_far_does_the_map_hold.side_view import SideView
from scenes.engine import layout
from scenes.engine.ink import Ink, box
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.bars import Bars
from scenes.parts.definition import Definition
from scenes.parts.headings import source, statement
from scenes.parts.map_panel import along, levels
from scenes.parts.trust_region_closeup import RING, TrustRegionCloseup, plainly, spot
from scenes.theme import Area
from traces.store import Trace

VIEW, NAME = layout.rows(COLUMN, (2, 1), theme.GAP)
NEAR = 4.0  # times the ring: how much of the line is seen from the side


class MeasureInBehaviour(Stage):
    """How far is measured in behaviour: the policies of one KL are a ring around ours, the edge of the trust region."""

    traces = ("trust_region",)

    def build(self) -> None:
        trace = self.trace("trust_region")
        self.bring(statement("How far is *far?*"))
        near = closeup(trace)
        self.zoom(near, trace)
        kl = Definition(
            "KL", "how differently a policy behaves than before", COLUMN.left, 0.0, COLUMN.width, symbol="kl"
        )
        layout.centred(kl, COLUMN, across=False)
        self.bring(kl, at=("kl", theme.QUICK))
        self.hide(kl, at="lap")
        self.lap(near, trace)
        view = SideView(trace, VIEW, NEAR)
        view.axes(self, at=("inside", theme.QUICK))
        view.band(self, at=("inside", theme.QUICK), colour=RING)
        view.fan(self, at=("inside", theme.CHANGE))
        view.truth(self, at=("inside", theme.CHANGE))
        meaning = "the policies that behave almost like ours"
        name = Definition("trust region", meaning, NAME.left, 0.0, NAME.width, symbol="kl", size=theme.TITLE)
        layout.centred(name, NAME, across=False)
        self.bring(name, at=("fence", theme.SLOW))
        self.shape(near)
        self.bring(source("Left: expected reward, pale is high. Ring and chances: exact. Maps: as before."))

    def zoom(self, near: TrustRegionCloseup, trace: Trace) -> None:
        # First the mountain; a frame around the start grows, and what is in it fills the square.
        panel = map_panel(trace)
        whole = [
            self.bring(panel.surface(trace["true_j"])),
            self.bring(panel.territory(levels(trace), pen=theme.FINE, dash=DOTTED), layer="grid"),
            self.bring(panel.start(trace["start"], radius=theme.TIGHT), layer="mover"),
        ]
        self.bring(panel.frame(), layer="grid")
        self.bring(directions(), layer="mover")
        reach, (u, v) = near.sheet.reach, trace["start"]
        x, y = panel.plane.pixels(np.array([u - reach, u + reach]), np.array([v + reach, v - reach]))
        window = Area(float(x[0]), float(y[0]), float(x[1]), float(y[1]))
        frame = box(*layout.rectangle(window), stroke=theme.TEXT, pen=theme.PEN)
        ends = box(*layout.rectangle(MAP), stroke=theme.TEXT, pen=theme.PEN).points
        begin = frame.points.copy()
        self.bring(frame, ("open", 2.0), "line")
        self.write(
            frame,
            lambda share: frame.write(begin + share * (ends - begin)),
            at=("ring", -theme.SLOW),
            over=theme.SLOW,
            ease=theme.smooth,
        )
        for mobject, layer in ((near.sheet.ground, "ground"), (near.sheet.relief, "grid"), (near.start, "mover")):
            self.bring(mobject, ("ring", -theme.QUICK), layer)
        self.hide(*whole, frame, at="ring")

    def lap(self, near: TrustRegionCloseup, trace: Trace) -> None:
        # Once around the ring; beside it, what every point of it does to the chances.
        chances, start = trace["ring_probs"][0], trace["start_probs"]
        self.bring(near.ring, ("ring", theme.QUICK), "line", over=0.1)
        self.draw(near.ring, at=("ring", theme.QUICK), over=2.0)
        tag = near.tag(f"KL = {plainly(float(trace['delta']))} nats", theme.BODY)
        self.bring(tag, ("ring", 2.0))
        room = layout.inset(COLUMN, theme.WIDE)
        bars = Bars(*layout.rectangle(room), theme.TEXT, size=theme.STATEMENT)
        bars.write(start)
        name = text("chance of each answer", room.left, room.top - theme.GUTTER, theme.BODY, theme.MUTED)
        parts = [*bars.names, name, bars.base, bars.top]
        self.show(*[self.put(part, "text", shown=False) for part in parts], at="lap")
        self.bring(bars.ink, "lap", "mark")
        bands = []
        for left, low, high in zip(bars.lefts, chances.min(0), chances.max(0), strict=True):
            top = bars.y + bars.height * (1 - float(high))
            wide, tall = bars.bar + 2 * theme.TIGHT, bars.height * float(high - low)
            band = box(left - theme.TIGHT, top, wide, tall, fill=RING, fill_opacity=0.75)
            bands.append(self.bring(band, "bars", "line"))
        dot = self.bring(spot(near.sheet.points(near.offsets[:1]), theme.TIGHT), "lap", "mover")

        def go(share: float) -> None:
            at = share * (len(chances) - 1)
            dot.place(near.sheet.points(along(near.offsets, at)[None])[:, :2])
            away = theme.smooth(min(1.0, 10 * share, 10 * (1 - share)))
            bars.write(start + away * (along(chances, at) - start))

        over = max(3.0, self.time("inside") - self.time("lap") - theme.REST)
        self.write([dot, bars.ink], go, at=("lap", theme.CHANGE), over=over)
        self.hide(*parts, bars.ink, *bands, dot, at="inside")

    def shape(self, near: TrustRegionCloseup) -> None:
        # The farthest and the nearest point of the ring.
        reach = np.linalg.norm(near.offsets[:-1], axis=1)
        middle = near.sheet.pixels(np.zeros((1, 2)))[0]
        for words, k in (("long", int(reach.argmax())), ("short", int(reach.argmin()))):
            x, y = near.sheet.pixels(near.offsets[k : k + 1])[0]
            line = Ink(theme.points([middle[0], x], [middle[1], y]), stroke=theme.TEXT, pen=theme.BOLD, casing=3.0)
            self.bring(line, "shape", "line", over=0.1)
            self.draw(line, at="shape")
            word = text(f"*{words}*", size=theme.BODY)
            if words == "long":  # along its line, the other one beyond its end
                layout.at(word, x=(x + middle[0]) / 2, y=(y + middle[1]) / 2 - theme.GUTTER, align="middle")
            else:
                layout.at(word, x=x + theme.TIGHT, y=y + theme.GAP)
            self.bring(halo(word), ("shape", theme.QUICK))
