"""What the map of a batch promises along a run on it, and what the run truly earns; then another batch."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch06_may_i_reuse.common import RATIO
from scenes.chapters.ch06_may_i_reuse.handful import Handful
from scenes.chapters.ch06_may_i_reuse.promise import Promise
from scenes.engine.ink import Ink, Marks
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.map_panel import MapPanel, along, levels
from scenes.parts.plane import Plane, spans
from scenes.parts.say import appear, say
from traces.store import Trace

SIDE = theme.PICTURE.bottom - theme.PICTURE.top
BATCH = theme.PICTURE.top + theme.GUTTER  # the middle of the row of answers
LEFT = theme.LEFT + SIDE + 2 * theme.WIDE  # of what stands beside the map
SECOND = 4.0  # seconds of the second run


class PromiseAboveOne(Stage):
    """What the map of a batch promises along a run on it, and what the run truly earns; then another batch."""

    traces = ("batch_reuse",)

    def build(self) -> None:
        trace = self.trace("batch_reuse")
        plane = Plane(theme.LEFT, theme.PICTURE.top, SIDE, SIDE, *spans(trace))
        panel = MapPanel(plane, trace)
        opening = self.bring(statement("One batch says something about *every policy*"))
        self.hide(opening, at="map")
        named = self.bring(statement("Its map: *the surrogate objective*"), at=("map", 0.3))
        self.hide(named, at="promised")
        self.bring(statement("What the map promises, *and what is true*"), at=("promised", 0.3))
        self.bring(panel.frame(), layer="grid")
        self.bring(panel.territory(levels(trace), pen=theme.FINE, dash=(3, 8)), layer="line")
        self.bring(panel.corners(theme.BODY), layer="mover")
        self.bring(panel.start(trace["theta"][0, RATIO, 0], radius=theme.TIGHT), layer="mover")
        seen = np.concatenate([trace[name][RATIO][:, trace["shown"]].T for name in ("promise", "j")])
        top = BATCH + 2 * theme.WIDE
        area = (LEFT, top, theme.RIGHT - LEFT - theme.TIGHT, theme.PICTURE.bottom - theme.GAP - top)
        chart = Promise(self, *area, seen, float(trace["rewards"].max()))
        for k, cue in enumerate(("map", "other")):
            self.batch(k, cue, panel, chart, trace)
        first, other = (
            (float(trace["promise"][RATIO, -1, seed]), float(trace["j"][RATIO, -1, seed]))
            for seed in trace["shown"][:2].astype(int)
        )
        # The names go over to the curves that are spoken of.
        names = chart.names(*first, at=("promised", 0.6))
        self.hide(*names, at="other")
        chart.names(*other, at=("other", 1.4 + SECOND))
        self.share(trace)
        self.far(panel, trace)
        count = trace["handful_answer"].shape[1]
        self.bring(source(f"Maps of {count} answers each, ratio loss. Dotted lines: exact expected reward."))

    def batch(self, k: int, cue: str, panel: MapPanel, chart: Promise, trace: Trace) -> None:
        # The batch on top, its map on the left, then the run and both curves at the same pace.
        kinds, path, seed = trace["handful_answer"][k], trace["theta"][k, RATIO], int(trace["shown"][k])
        batch = self.marks(kinds)
        batch.put(self, shown=k == 0)
        surface = self.put(panel.surface(trace["map"][k]), "ground", False)
        relief = self.put(panel.relief(trace["map"][k]), "grid", False)
        trail = self.put(Ink(np.zeros((2, 3)), stroke=theme.TEXT, pen=theme.BOLD, casing=3.0), "mover")
        hiker = Marks(np.zeros((0, 2)), "circle", theme.TIGHT, fill=theme.TEXT, stroke=theme.CASING, pen=3.0)
        self.put(hiker, "mover", shown=False)
        curves, grow = chart.curves(trace["promise"][RATIO, :, seed], trace["j"][RATIO, :, seed])

        def walk(share: float) -> None:
            at = share * (len(path) - 1)
            so_far = np.vstack([path[: int(at) + 1], along(path, at)[None]])
            trail.write(*panel.plane.trail(so_far[:, 0], so_far[:, 1]))
            hiker.place(panel.plane.stop(so_far[:, 0], so_far[:, 1]))
            grow(share)

        start = ("walk", 0.0) if k == 0 else ("other", 1.4)
        self.show(surface, relief, *([] if k == 0 else batch.marks), at=(cue, 0.3), over=theme.SLOW)
        self.show(hiker, at=start, over=0.2)
        over = max(3.0, self.time("promised") + 1.0 - self.time("walk")) if k == 0 else SECOND
        self.write([trail, hiker, *curves], walk, at=start, over=over)
        if k == 0:
            self.hide(surface, relief, *batch.marks, hiker, at=("other", 0.0))
            self.dim(trail, *curves, to=0.3, at=("other", 0.0))

    def marks(self, kinds: np.ndarray) -> Handful:
        x = np.linspace(LEFT + theme.GUTTER, theme.RIGHT - theme.GUTTER, len(kinds))
        return Handful(kinds, x, np.full(len(kinds), BATCH), min(theme.STATEMENT, float(x[1] - x[0])))

    def share(self, trace: Trace) -> None:
        # Every A of the first batch is ringed: there are more of them than the policy would have it.
        kinds = trace["handful_answer"][0]
        stars = self.marks(kinds).centres[kinds == 0]
        if len(stars):
            rings = Marks(stars, "circle", 0.7 * theme.STATEMENT, stroke=theme.TEXT, pen=theme.PEN, dash=(3, 9))
            appear(self, rings, "mover", at="why")
            self.hide(rings, at="other")
        shares = [f"{float(p):.0%}".replace("%", "\\%") for p in (len(stars) / len(kinds), trace["start_probs"][0])]
        words = f"*A*: *{shares[0]}* of this batch, *{shares[1]}* of the policy"
        said = say(self, words, theme.RIGHT, BATCH + theme.WIDE, theme.LABEL, anchor="right", at=("why", 0.4))
        self.hide(said, at="other")

    def far(self, panel: MapPanel, trace: Trace) -> None:
        # Both maps are asked about one place: where the first run ended.
        u, v = trace["theta"][0, RATIO, -1:].T
        if not panel.plane.inside(u, v).all():
            return
        place = panel.plane.points(u, v)[:, :2]
        px, py = (float(p[0]) for p in panel.plane.pixels(u, v))
        appear(
            self, Marks(place, "circle", theme.LABEL, stroke=theme.TEXT, pen=theme.PEN, casing=3.0), "mover", at="far"
        )
        middle, pitch = theme.LEFT + SIDE / 2, 1.3 * theme.BODY
        x, anchor = (px - theme.WIDE, "right") if px > middle else (px + theme.WIDE, "left")
        y = py + (1 if py < theme.HEIGHT / 2 else -3) * pitch
        far, true = trace["far_promise"], float(trace["j"][RATIO, -1, trace["shown"][0]])
        rows = (f"first map: *{far[0]:.2f}*", f"this map: *{far[1]:.2f}*", f"true: *{true:.2f}*")
        for k, words in enumerate(rows):
            at = ("far", 0.3 + 0.6 * k)
            say(self, words, x, y + pitch * k, theme.BODY, anchor=anchor, at=at, edge=True)
