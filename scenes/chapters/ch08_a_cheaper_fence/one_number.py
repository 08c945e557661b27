"""The ring asks about the whole policy; the clip reads one number per token."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts import clip_fence as fence
from scenes.parts.clip_fence import LEVELS, PPO, TERRITORY, TRPO, map_panel
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from scenes.parts.map_panel import MapPanel, along, levels
from scenes.parts.ratio_curve import FENCE
from scenes.parts.ratio_rows import RatioRows
from scenes.parts.say import say
from traces.store import Trace

RING = '{{ upright("KL")(pi_(upright("old")) || pi_theta) <= delta : kl }}'
FORMULA_AT = theme.PICTURE.top + theme.TITLE  # baseline of the formula
ROWS_AT = FORMULA_AT + 3 * theme.WIDE  # and of the first answer
RATIO = '{{ rho : ratio }} thin = thin pi_theta (o) thin \\/ thin pi_(upright("old")) (o)'


class OneNumber(Stage):
    """The ring asks about the whole policy; the clip reads one number per token."""

    traces = ("ppo_clip",)
    hyperparameters = ("sampling.seed",)

    def build(self) -> None:
        trace = self.trace("ppo_clip")
        self.put(statement("Is there *a simpler fence?*"), "text")
        panel = map_panel(trace)
        ground = self.put(panel.surface(trace["surface"][0]), "ground")
        self.dim(ground, to=0.55, at=-1.0, over=0.0)
        self.put(panel.frame(), "grid")
        lines = levels(trace, LEVELS)
        self.put(panel.territory(lines, **TERRITORY), "line")
        for tag in panel.heights(lines, theme.NOTE):
            self.put(tag, "text")
        self.fences(panel, trace)
        self.ratios(panel, trace)
        note = f"Map of one batch, no fence; answers: {int(trace['count'].sum())} (seed {self.hyper('sampling.seed')})."
        note += " Dotted: the expected reward, exact."
        self.put(source(note), "text")

    def fences(self, panel: MapPanel, trace: Trace) -> None:
        # TRPO's ring stands around the start; the cell between the posts takes its place.
        ring = self.put(
            panel.level(trace["kl_old"], float(trace["ring"]), TRPO, pen=theme.BOLD, casing=theme.FINE), "line"
        )
        corner = layout.inset(panel, theme.GUTTER)
        x, y = corner.right, corner.bottom
        name = self.put(halo(text("TRPO's ring", x, y, theme.BODY, TRPO.colour, "right")), "text")
        bend = Formula(RING, theme.LEFT, FORMULA_AT, theme.TITLE)
        for term in bend.terms.values():
            self.put(term, "text")
        ratio = Formula(RATIO, theme.LEFT, FORMULA_AT, theme.TITLE)
        ratio.put(self)
        bend.become(self, ratio, at="number")
        self.dim(ring, to=0.6, at="number")
        self.hide(name, at="number")
        fenced = self.put(fence.cell(panel, trace["ratio"], trace["posts"], pen=theme.BOLD), "line")
        self.draw(fenced, at=("map", 0.2), over=2)
        for k, line in enumerate(("*PPO's fence:*", "every ratio between its posts")):
            say(self, line, x, y + theme.STATEMENT * (k - 1), theme.BODY, FENCE, "right", ("map", 1), edge=True)

    def ratios(self, panel: MapPanel, trace: Trace) -> None:
        # A small step on the map, and what it does to each answer's ratio.
        path, ratios = trace["look_theta"], trace["look_ratio"]
        rows = RatioRows(trace, theme.LEFT, ROWS_AT)
        rows.put(self)
        rows.read_ratios(self, at="number")
        rows.put_posts(self, trace["posts"], at=("posts", 0.1))
        self.put(panel.start(path[0], theme.TIGHT), "mark")
        trail = self.put(panel.trail(path[:2], PPO, pen=2 * theme.PEN, casing=3.0), "mover")
        hiker = self.put(panel.hiker(PPO, theme.LABEL / 2), "mover")
        last = len(path) - 1

        def walk(share: float) -> None:
            at = min(share * last, last - 1e-9)
            so_far = np.vstack([path[: int(at) + 1], along(path, at)[None]])
            trail.write(*panel.plane.trail(so_far[:, 0], so_far[:, 1]))
            hiker.place(panel.plane.stop(so_far[:, 0], so_far[:, 1]))
            rows.write(along(ratios, at))

        self.write([trail, hiker, *rows.moving], walk, at="move", over=2 * theme.REST, ease=theme.smooth)
