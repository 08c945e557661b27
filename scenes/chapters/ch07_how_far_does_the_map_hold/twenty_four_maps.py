"""Maps of one batch each, from the side: they agree where they were drawn, and not far away."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch07_how_far_does_the_map_hold.common import COLUMN, DOTTED, map_panel
from scenes.chapters.ch07_how_far_does_the_map_hold.side_view import SideView
from scenes.engine.ink import Ink
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.map_panel import MapPanel, along, levels
from scenes.parts.trust_region_closeup import spot
from scenes.theme import FloatArray
from traces.store import Trace


class TwentyFourMaps(Stage):
    """Maps of one batch each, from the side: they agree where they were drawn, and not far away."""

    traces = ("trust_region",)
    hyperparameters = ("batch_reuse.answers", "trust_region.seed")

    def build(self) -> None:
        trace = self.trace("trust_region")
        self.bring(statement("How far does *the map hold?*"))
        panel = map_panel(trace)
        self.mountain(panel, trace)
        view = SideView(trace, COLUMN)
        view.axes(self, at=("open", theme.REST))
        over = max(2.0, self.time("true") - self.time("axes") - theme.QUICK)
        view.one(self, at="axes", over=over)
        self.travel(panel, trace["cut"], over)
        view.truth(self, at="true", over=2.0)
        view.fan(self, at=("maps", theme.QUICK))
        view.ends(self, at=("fan", 2.0))
        answers, seed = (int(self.hyper(key)) for key in type(self).hyperparameters)
        self.bring(source(f"Each map: {answers} answers; seeds from {seed} on. Dotted: exact."))

    def mountain(self, panel: MapPanel, trace: Trace) -> None:
        # The mountain, and the straight line along which it is seen from the side.
        self.bring(panel.surface(trace["true_j"]))
        self.bring(panel.frame(), layer="grid")
        self.bring(panel.territory(levels(trace), pen=theme.FINE, dash=DOTTED), layer="grid")
        self.bring(panel.corners(theme.STATEMENT), layer="mover")
        line = Ink(panel.plane.trail(*trace["cut"].T)[0], stroke=theme.TEXT, pen=theme.PEN, casing=theme.FINE)
        self.draw(self.bring(line), at=("open", theme.SLOW), over=2.0)
        self.bring(panel.start(trace["start"], radius=theme.TIGHT), layer="mover")
        x, y = panel.plane.pixels(*trace["start"])
        word = text("start", float(x) + theme.GUTTER, float(y) + theme.GUTTER, theme.BODY)
        self.bring(halo(word))

    def travel(self, panel: MapPanel, cut: FloatArray, over: float) -> None:
        # The same place on the map as at the end of the growing curve.
        dot = self.bring(spot(panel.plane.points(*cut[:1].T), theme.TIGHT, theme.RAMP[-1]), ("axes", 0.0), "mover", 0.1)

        def go(share: float) -> None:
            dot.place(panel.plane.points(*along(cut, share * (len(cut) - 1))[:, None])[:, :2])

        self.write(dot, go, at="axes", over=over, ease=theme.smooth)
