"""One batch: each answer folds its map along one line, and where all are folded the map is flat."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts import clip_fence as fence
from scenes.parts.batch import Batch
from scenes.parts.clip_fence import LEVELS, MAP, PPO, TERRITORY, map_panel
from scenes.parts.headings import source, statement
from scenes.parts.map_panel import MapPanel, along, levels, shade
from scenes.parts.ratio_curve import RatioCurve
from traces.store import Trace

BESIDE = layout.trimmed(theme.PICTURE, right=theme.PICTURE.right - MAP.left + theme.WIDE)  # the map
FOLD, EACH = 1.5, 0.4  # seconds after the cue that the first answer folds its map, and from one to the next


class FoldsOnTheMap(Stage):
    """One batch: each answer folds its map along one line, and where all are folded the map is flat."""

    traces = ("ppo_clip",)
    hyperparameters = ("sampling.seed",)

    def build(self) -> None:
        trace = self.trace("ppo_clip")
        self.put(statement("What does the clip do *to a whole map?*"), "text")
        panel = map_panel(trace)
        self.batch(panel, trace)
        self.ground(panel, trace)
        self.lines(panel, trace)
        self.walk(panel, trace, self.rows(trace))
        note = f"Map of one batch; answers: {int(trace['count'].sum())} (seed {self.hyper('sampling.seed')})."
        note += " Dotted: the expected reward, exact."
        self.put(source(note), "text")

    def batch(self, panel: MapPanel, trace: Trace) -> None:
        # The answers stand where their map will be.
        p, groups = panel.plane, trace["batch_group"]
        rows = int(groups.max()) + 1
        size = max(int((groups == g).sum()) for g in range(rows))
        pitch, gap = p.width / (size + 1), p.height / (rows + 1)
        batch = Batch(trace["batch_answer"], groups, p.x + pitch, p.y + gap, min(pitch, gap), gap)
        for marks in batch.marks:
            self.put(marks, "mark")
        self.hide(*batch.marks, at=("free", -0.4), over=theme.CHANGE)

    def ground(self, panel: MapPanel, trace: Trace) -> None:
        # The map without a fence sinks onto its terraces.
        free, fenced = (shade(height) for height in trace["surface"])
        picture = self.put(panel.surface(trace["surface"][0]), "ground", shown=False)

        def fold(share: float) -> None:
            picture.paint(theme.ramp(free + share * (fenced - free))[::-1])

        relief = [
            self.put(panel.relief(height, count=11, pen=theme.FINE), "grid", shown=False) for height in trace["surface"]
        ]
        self.show(picture, relief[0], at="free", over=theme.SLOW)
        self.hide(relief[0], at=("fold", theme.SLOW))
        self.write(picture, fold, at=("fold", FOLD), over=2.0, ease=theme.smooth)
        self.show(relief[1], at=("fold", 2 * FOLD))
        self.put(panel.frame(), "grid")
        territory = self.put(panel.territory(levels(trace, LEVELS), **TERRITORY), "line", shown=False)
        self.show(territory, at="free")

    def lines(self, panel: MapPanel, trace: Trace) -> None:
        # The closed cell lets go: each answer keeps one line, of the post it is pushed to; past all lies the terrace.
        closed = self.put(fence.cell(panel, trace["ratio"], trace["posts"]), "line")
        self.draw(closed, at=("fold", -0.1), over=1.0)
        self.hide(closed, at=("flat", -theme.CHANGE), over=theme.CHANGE)
        silent = trace["silent"]
        style = {"stroke": theme.CANVAS, "stroke_opacity": 0.5, "pen": 3.0}
        all_silent = silent > 1 - 1e-9
        hatches = [
            self.put(panel.silent(silent, spacing=2 * theme.TIGHT, **style), "line", shown=False),
            self.put(panel.silent(all_silent.astype(float), spacing=theme.TIGHT, **style), "line", shown=False),
        ]
        self.show(*hatches, at=("flat", 0.2))
        for k, name in enumerate(trace["answers"]):
            if not trace["count"][k]:
                continue
            post, field = float(trace["posts"][int(trace["advantage"][k] > 0)]), trace["ratio"][k]
            line = self.put(fence.line(panel, field, post), "line")
            self.draw(line, at=("fold", FOLD + EACH * k), over=theme.SLOW)
            label = self.put(fence.beside(panel, field, post, f"{name} {post:.2g}"), "text", shown=False)
            self.show(label, at=("fold", FOLD + 0.5 + EACH * k))
        if all_silent.any():
            rows, columns = np.nonzero(all_silent)
            high = rows == int(np.quantile(rows, 0.62))
            x, y = panel.plane.pixels(np.median(panel.u[columns[high]]), np.median(panel.v[rows[high]]))
            x = np.clip(float(x), MAP.left + theme.WIDE, MAP.right - theme.WIDE)
            flat = halo(text("*terrace*", float(x), float(y), theme.STATEMENT, anchor="center"))
            self.show(self.put(flat, "text", shown=False), at=("flat", 0.5))

    def rows(self, trace: Trace) -> list[RatioCurve]:
        # What each answer of the batch adds to the map: a curve of its own ratio.
        curves = []
        for k, (name, place) in enumerate(zip(trace["answers"], layout.rows(BESIDE, 3, gap=theme.WIDE), strict=True)):
            words, room = layout.columns(place, (2, 3), gap=0)
            sign = 0 if trace["advantage"][k] > 0 else 1
            x, y = words.left, words.top + theme.TITLE
            lamp = (words.right - theme.WIDE, y - theme.TIGHT)
            curve = RatioCurve(trace, sign, *layout.rectangle(room), lamp=lamp, small=True)
            worth = f"advantage {trace['advantage'][k]:+.2f}".replace("-", "−")
            self.put(Batch.sample(x + theme.GUTTER, y - theme.TIGHT, k, 2 * theme.GUTTER), "mark")
            self.put(text(f"*{name}*", x + theme.WIDE, y, theme.STATEMENT), "text")
            self.put(text(f"× {int(trace['count'][k])}", x + theme.NUMBER, y, theme.BODY), "text")
            self.put(text(worth, x, y + theme.TITLE, theme.LABEL, theme.SYMBOLS["advantage"]), "text")
            curve.put_axes(self)
            line = self.put(curve.line("plain", stroke=curve.colour, pen=theme.BOLD), "line")
            least = self.put(curve.least(theme.BOLD), "mark", shown=False)
            posts = [self.put(post, "grid", shown=False) for post in curve.fence()]
            hatch = self.put(curve.silent(), "ground", shown=False)
            self.hide(line, at=("fold", FOLD + EACH * k), over=theme.CHANGE)
            self.show(*posts, at=("fold", -0.1))
            self.show(least, hatch, at=("fold", FOLD + EACH * k))
            curve.place(1.0)
            for mobject in curve.moving:
                self.put(mobject, "mover", shown=False)
            self.show(*curve.moving, at=("walk", -theme.CHANGE))
            curves.append(curve)
        return curves

    def walk(self, panel: MapPanel, trace: Trace, curves: list[RatioCurve]) -> None:
        # Update by update: the hiker on the map, and the three ratios on their curves.
        path, ratios = trace["walk_theta"], trace["walk_ratio"]
        start = self.put(panel.start(path[0], theme.TIGHT), "mark", shown=False)
        trail = self.put(panel.trail(path[:2], PPO, pen=2 * theme.PEN, casing=3.0), "mover")
        hiker = self.put(panel.hiker(PPO, theme.LABEL / 2), "mover", shown=False)
        self.show(start, hiker, at=("free", 0.5))
        begin, stop = self.time("walk") + 1.0, self.time("still") - 0.2
        moves = np.flatnonzero(np.abs(np.diff(ratios, axis=0)).max(axis=1) > 1e-9)
        last = int(moves[-1]) + 1 if len(moves) else 1
        each = (stop - begin) / last
        moving: list[Mobject] = [trail, hiker, *[m for curve in curves for m in curve.moving]]
        for step in range(last):

            def write(share: float, step: int = step) -> None:
                at = min(step + share, last - 1e-9)
                so_far = np.vstack([path[: int(at) + 1], along(path, at)[None]])
                trail.write(*panel.plane.trail(so_far[:, 0], so_far[:, 1]))
                hiker.place(panel.plane.stop(so_far[:, 0], so_far[:, 1]))
                for curve, rho in zip(curves, along(ratios, at), strict=True):
                    curve.place(float(rho))

            self.write(moving, write, at=begin + step * each, over=min(theme.SLOW, 0.75 * each), ease=theme.smooth)
