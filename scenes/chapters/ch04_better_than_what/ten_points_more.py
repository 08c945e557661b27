"""Ten points more for every answer: nothing about the answers has changed, and the estimates fly apart."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch04_better_than_what.common import AMBER, AREA, GAP, LEGEND, PLAIN, SHIFTED, clouds
from scenes.engine import layout
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.batch import Batch
from scenes.parts.cloud import Cloud, Compass, Scale, Sight, aside
from scenes.parts.headings import source, statement
from traces.store import Trace

FIRST, PITCH = 360.0, 130.0  # baseline of the first row, and from one to the next
PAID = theme.column(3)[1]
B = 1


class TenPointsMore(Stage):
    """Ten points more for every answer: nothing about the answers has changed, and the estimates fly apart."""

    traces = ("baseline_variance",)

    def build(self) -> None:
        trace = self.trace("baseline_variance")
        self.bring(statement("Is that good? *Better than what?*"))
        near, far = clouds(trace)
        plain, loud = trace["tips"][PLAIN], trace["tips"][SHIFTED]
        asides = GAP * aside(trace["pull"])
        self.rewards(trace)
        # The true slope, and the estimates around it.
        cloud = Cloud(self, trace["exact"], Sight(near, plain, asides, AMBER), shown=False)
        scale = Scale(self, near, AREA[0], AREA[1] + AREA[3], shown=False)
        names = [self.bring(name, ("same", 1.6)) for name in near.names(theme.NOTE)]
        self.show(cloud.cross, cloud.arrow, *scale.parts, at=("same", 1.6))
        self.show(cloud.dots, at="dots", over=theme.SLOW)

        def explode(share: float) -> Sight:
            # The dots fly first; the camera follows.
            view = near.towards(far, theme.smooth(max(0.0, min(1.0, (share - 0.3) / 0.7))))
            return Sight(view, plain + theme.smooth(share) * (loud - plain), asides, AMBER)

        over = 3 * theme.SLOW
        self.hide(*names, at="explode")
        cloud.follow(explode, at="explode", over=over, ease=theme.linear)
        scale.renew(far, "explode", over)
        self.pointer(far, trace["exact"], over)
        back = text(f"seen from *{near.scale / far.scale:.2g} ×* as far", AREA[0], AREA[1] + theme.BODY, theme.BODY)
        self.bring(halo(back), ("explode", over / 2))
        words = f"dots: {len(plain)} estimates"
        self.bring(text("arrow: the true slope", AREA[0], LEGEND, theme.BODY), ("same", 1.6))
        self.bring(text(words, theme.RIGHT, LEGEND, theme.BODY, AMBER, "right"), "dots")
        self.wider(trace, over)
        seed, size = trace.hyperparameters["sampling.seed"], int(trace["size"])
        note = f"REINFORCE, batches of {size}, seed {seed}. Dots that would hide each other stand side by side."
        self.bring(source(note))

    def rewards(self, trace: Trace) -> None:
        # What each answer pays: first that of B alone, then all; then each with the same points more.
        head = text("reward", PAID, FIRST - theme.NUMBER / 1.3, theme.LABEL, theme.MUTED, "right")
        self.bring(head)
        for k, letter in enumerate(trace["answers"]):
            y, at = FIRST + PITCH * k, None if k == B else "same"
            self.bring(Batch.sample(theme.LEFT + theme.GUTTER, y - theme.GUTTER, k, theme.TITLE), at, "mark")
            self.bring(text(f"*{letter}*", theme.LEFT + theme.WIDE, y, theme.DISPLAY), at)
            old = self.bring(text(f"{float(trace['rewards'][k]):.1f}", PAID, y, theme.DISPLAY, anchor="right"), at)
            more = text(f"*+ {float(trace['offset']):g}*", 0, y, theme.DISPLAY, AMBER)
            self.bring(layout.beside(more, old, gap=theme.GUTTER), ("add", 0.4 + 0.4 * k))
            self.hide(old, more, at="explode")
            paid = f"{float(trace['shifted_rewards'][k]):.1f}"
            self.bring(text(paid, PAID, y, theme.DISPLAY, anchor="right"), ("explode", theme.QUICK))

    def wider(self, trace: Trace, over: float) -> None:
        # How far the estimates lie apart, against before.
        times = float(trace["spread"][SHIFTED] / max(float(trace["spread"][PLAIN]), 1e-12))
        low = FIRST + 3 * PITCH + theme.WIDE
        number = text(f"*{times:.2g} ×*", theme.LEFT, low, theme.NUMBER, AMBER)
        self.bring(number, ("explode", over - theme.CHANGE))
        self.bring(
            text("as wide as before", theme.LEFT, low + theme.WIDE, theme.BODY), ("explode", over - theme.CHANGE)
        )

    def pointer(self, far: Compass, exact: np.ndarray, over: float) -> None:
        # In the far view the true slope is tiny: a ring says where it still is.
        x, y = (float(c) for c in far.pixels(exact / 2))
        ring = Marks(theme.point(x, y)[None, :2], "circle", theme.GAP, stroke=theme.TEXT, pen=theme.PEN, casing=3)
        low = AREA[1] + AREA[3]
        told = text("the same slope", theme.RIGHT, low, theme.BODY, anchor="right")
        box = layout.area(told)
        leader = rule(x + theme.GUTTER, y + theme.GUTTER, box.left, box.top, stroke=theme.TEXT, pen=theme.FINE)
        for part in (ring, leader, told):
            self.bring(part, ("explode", over), "mover")
