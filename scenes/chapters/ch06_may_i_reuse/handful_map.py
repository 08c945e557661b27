"""What the map of a handful promises along the walk on it, and what the walk truly earns; then another handful."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch06_may_i_reuse.common import RATIO
from scenes.chapters.ch06_may_i_reuse.handful import Handful
from scenes.chapters.ch06_may_i_reuse.promise import Promise
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import formula, halo, text
from scenes.engine.stage import Stage
from scenes.parts import rules
from scenes.parts.headings import source, statement
from scenes.parts.map_panel import MapPanel, along, levels
from scenes.parts.plane import Plane
from scenes.parts.say import appear, say
from traces.store import Trace


class HandfulMap(Stage):
    """What the map of a handful promises along the walk on it, and what the walk truly earns; then another handful."""

    traces = ("batch_reuse",)

    MAP = (theme.LEFT, 148.0, 768.0)
    CHART = (990.0, 300.0, theme.RIGHT - 1006.0, 540.0)
    SECOND = 4.0  # seconds of the second walk

    def build(self) -> None:
        trace = self.trace("batch_reuse")
        us, vs = trace["grid_u"], trace["grid_v"]
        left, top, side = self.MAP
        plane = Plane(left, top, side, side, (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
        panel = MapPanel(plane, trace)
        self.put(statement("A map of one handful: *true where it was drawn?*"), "text")
        self.put(panel.frame(), "grid")
        heights = levels(trace)
        self.put(panel.territory(heights, pen=2.6, dash=(3, 8)), "line")
        for tag in panel.heights(heights, 28):
            self.put(tag, "text")
        self.put(panel.start(trace["theta"][0, RATIO, 0], radius=12), "mark")
        seen = np.concatenate([trace[name][RATIO][:, trace["shown"]].T for name in ("promise", "j")])
        chart = Promise(self, *self.CHART, seen, float(trace["rewards"].max()))
        self.handful(0, "map", panel, chart, trace)
        self.handful(1, "other", panel, chart, trace)
        first, other = (
            [float(trace[name][RATIO, -1, int(seed)]) for name in ("promise", "j")] for seed in trace["shown"][:2]
        )
        # The names go over to the curves that are spoken of.
        names = chart.names(*first, at=("promise", 0.6))
        self.hide(*names, at="other")
        chart.names(*other, at=("other", 1.4 + self.SECOND))
        self.share(trace)
        self.sum(trace)
        self.far(panel, trace)
        count = trace["handful_answer"].shape[1]
        words = (
            f"Maps of {count} answers each (ratio loss), shaded over their own range. Dotted: exact expected reward."
        )
        self.put(source(words, 28), "text")

    def handful(self, k: int, cue: str, panel: MapPanel, chart: Promise, trace: Trace) -> None:
        # The handful on top, its map on the left, then the walk and both curves at the same pace.
        kinds, path, seed = trace["handful_answer"][k], trace["theta"][k, RATIO], int(trace["shown"][k])
        handful = self.marks(kinds)
        handful.put(self, shown=k == 0)
        surface = self.put(panel.surface(trace["map"][k]), "ground", False)
        relief = self.put(panel.relief(trace["map"][k]), "grid", False)
        trail = self.put(Ink(np.zeros((2, 3)), stroke=theme.TEXT, pen=7.0, casing=3.0), "mover")
        hiker = Marks(np.zeros((0, 2)), "circle", 13, fill=theme.TEXT, stroke=theme.CASING, pen=3.0)
        self.put(hiker, "mover", shown=False)
        curves, grow = chart.curves(trace["promise"][RATIO, :, seed], trace["j"][RATIO, :, seed])

        def walk(share: float) -> None:
            at = share * (len(path) - 1)
            so_far = np.vstack([path[: int(at) + 1], along(path, at)[None]])
            trail.write(*panel.plane.trail(so_far[:, 0], so_far[:, 1]))
            hiker.place(panel.plane.stop(so_far[:, 0], so_far[:, 1]))
            grow(share)

        start = ("walk", 0.0) if k == 0 else ("other", 1.4)
        self.show(surface, relief, *([] if k == 0 else handful.marks), at=(cue, 0.3), over=theme.SLOW)
        self.show(hiker, at=start, over=0.2)
        over = max(3.0, self.time("promise") + 2.0 - self.time("walk")) if k == 0 else self.SECOND
        self.write([trail, hiker, *curves], walk, at=start, over=over)
        if k == 0:
            self.hide(surface, relief, *handful.marks, hiker, at=("other", 0.0))
            self.dim(trail, *curves, to=0.3, at=("other", 0.0))

    def marks(self, kinds: np.ndarray) -> Handful:
        x = np.linspace(self.CHART[0] + 14, theme.RIGHT - 18, len(kinds))
        return Handful(kinds, x, np.full(len(kinds), 184.0), self.pitch(len(kinds)))

    def pitch(self, count: int) -> float:
        """Pixels that a mark of a handful may take."""
        return min(52.0, (theme.RIGHT - 18 - self.CHART[0] - 14) / max(1, count - 1))

    def share(self, trace: Trace) -> None:
        # A ring closes around every A of the first handful: there are more of them than the policy would have it.
        kinds = trace["handful_answer"][0]
        stars = self.marks(kinds).centres[kinds == 0]
        if len(stars):
            rings = Marks(stars, "circle", 0.68 * self.pitch(len(kinds)), stroke=theme.TEXT, pen=4.0, dash=(3, 9))
            outline = rings.outline

            def close(share: float) -> None:
                rings.outline = (2.2 - 1.2 * share) * outline
                rings.place(stars)

            appear(self, rings, "mover", at="why", over=theme.QUICK)
            self.write(rings, close, at="why", over=theme.CHANGE, ease=theme.smooth)
            self.hide(rings, at="other")
        odds = [f"{float(p):.0%}".replace("%", "\\%") for p in (len(stars) / len(kinds), trace["start_probs"][0])]
        words = f"*A*: *{odds[0]}* of this handful, *{odds[1]}* of the policy"
        self.hide(say(self, words, theme.RIGHT, 256, 34, anchor="right", at=("why", 0.4)), at="other")

    def sum(self, trace: Trace) -> None:
        # What the promise is made of: the handful's mean, and what each answer adds to it.
        x, y, width, height = self.CHART
        foot = y + height - 96
        maths = f"#word[promise] = macron(r) + {rules.SUM} {rules.RATIO} thin ({rules.REWARD} - macron(r))"
        promise = float(trace["handful_mean"][0] + trace["gain"][0].sum())
        words = f"= {float(trace['handful_mean'][0]):.3f}"
        for name, gain in zip(trace["answers"], trace["gain"][0], strict=True):
            words += f" {'+' if gain >= 0 else '−'} {abs(float(gain)):.3f} (*{name}*)"
        lines = [
            halo(formula(maths, x + 30, foot, 38)),
            halo(text(f"{words} = *{promise:.3f}*", x + 30, foot + 60, 34)),
        ]
        mean = formula("macron(r) #word[: the handful’s mean]", x + width, foot, 28, theme.MUTED, "right")
        lines.append(halo(mean))
        for part in lines:
            appear(self, part, "text", at=("promise", 1.0))
        self.hide(*lines, at="other")

    def far(self, panel: MapPanel, trace: Trace) -> None:
        # Both maps are asked about one place: where the first walk ended.
        left, top, side = self.MAP
        u, v = trace["theta"][0, RATIO, -1:].T
        if not panel.plane.inside(u, v).all():
            return
        px, py = (float(p[0]) for p in panel.plane.pixels(u, v))
        ring = Marks(theme.point(px, py)[None, :2], "circle", 30, stroke=theme.TEXT, pen=5.0, casing=3.0)
        appear(self, ring, "mover", at="far")
        x, anchor = (left + side - 24, "right") if px > left + side / 2 else (left + 24, "left")
        y = py - 180 if py - 230 > top else py + 90
        far, true = trace["far_promise"], float(trace["j"][RATIO, -1, trace["shown"][0]])
        rows = (f"first map promises *{far[0]:.2f}*", f"this map promises *{far[1]:.2f}*", f"true is *{true:.2f}*")
        for k, words in enumerate(rows):
            say(self, words, x, y + 46 * k, 36, anchor=anchor, at=("far", 0.3 + 0.6 * k), edge=True)
