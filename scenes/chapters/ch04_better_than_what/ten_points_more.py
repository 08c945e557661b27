"""Ten points more for every answer: nothing has changed, and the cloud explodes."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch04_better_than_what.common import AMBER, AREA, GAP, LEGEND, PLAIN, SHIFTED, answers, clouds
from scenes.engine.ink import Marks, box, rule
from scenes.engine.stage import Stage
from scenes.parts.cloud import Cloud, Compass, Scale, Sight, aside
from scenes.parts.headings import source, statement
from scenes.parts.say import appear, say
from traces.store import Trace


class TenPointsMore(Stage):
    """Ten points more for every answer: nothing has changed, and the cloud explodes."""

    traces = ("baseline_variance",)

    def build(self) -> None:
        trace = self.trace("baseline_variance")
        self.put(statement("Good? *Better than what?*"), "text")
        near, far = clouds(trace)
        plain, loud = trace["tips"][PLAIN], trace["tips"][SHIFTED]
        asides = GAP * aside(trace["pull"])
        # A score alone; then the odds that it is drawn with, the slope that they make, and the handfuls around it.
        say(self, "another model's odds", theme.LEFT, 220, 34, at="world")
        self.scores(trace)
        self.scatter(trace)
        cloud = Cloud(self, trace["exact"], Sight(near, plain, asides, AMBER), shown=False)
        scale = Scale(self, near, AREA[0], 920, shown=False)
        self.show(cloud.cross, cloud.arrow, *scale.parts, at="arrow")
        self.show(cloud.dots, at="hands", over=theme.SLOW)

        def explode(share: float) -> Sight:
            # The dots fly first; the camera follows.
            view = near.towards(far, theme.smooth(max(0.0, min(1.0, (share - 0.3) / 0.7))))
            return Sight(view, plain + theme.smooth(share) * (loud - plain), asides, AMBER)

        cloud.follow(explode, at="explode", over=3.0, ease=theme.linear)
        scale.renew(far, "explode", 3.0)
        self.pointer(far, trace["exact"])
        say(self, "arrow: the true slope", AREA[0], LEGEND, 34, at="arrow")
        handfuls = f"dots: {len(plain)} handfuls of {int(trace['handful'])}"
        say(self, handfuls, theme.RIGHT, LEGEND, 34, AMBER, "right", at="hands")
        note = "REINFORCE. Dots that would hide each other are set side by side."
        appear(self, source(note, theme.LABEL), "text", at="hands")

    def scores(self, trace: Trace) -> None:
        # A row an answer: its odds, and a score that grows by the offset.
        answers(self, trace, 316, 124)
        say(self, "score", 640.0, 220, 34, anchor="right")
        self.hide(say(self, "its odds, as bars", AREA[0], 220, 34, at="world"), at=("arrow", -0.4))
        for k, p in enumerate(trace["probs"]):
            y, more = 316.0 + 124 * k, ("add", 0.2 + 0.3 * k)
            share = f"{float(p):.0%}".replace("%", "\\%")
            say(self, share, 330, y, 52, anchor="center", at=("world", 0.3 + 0.3 * k))
            # As long as they are likely, where the slope will stand.
            left, _, wide, _ = AREA
            rail = box(left, y - 44, wide, 56, fill=theme.HAIRLINE, fill_opacity=0.6, quiet=True)
            bar = box(left, y - 44, max(2.0, wide * float(p)), 56, fill=theme.TEXT)
            appear(self, rail, "ground", at="world")
            appear(self, bar, "mark", at=("world", 0.3 + 0.3 * k))
            self.hide(rail, bar, at=("arrow", -0.4))
            # The sum comes when the dots go where it sends them.
            plus = say(self, f"*+ {float(trace['offset']):g}*", 640, y, 52, AMBER, "right", at=more)
            x = 616 - float(plus.width) * theme.PIXELS_PER_UNIT
            old = say(self, f"{float(trace['rewards'][k]):.1f}", x, y, 52, anchor="right")
            self.hide(old, plus, at=("explode", 0.4), over=0.25)
            paid = f"{float(trace['shifted_rewards'][k]):.1f}"
            say(self, paid, 640, y, 52, anchor="right", at=("explode", 0.7))

    def scatter(self, trace: Trace) -> None:
        # How far the handfuls lie apart, before and after.
        after = ("hands", 1.4)
        say(self, "scatter of the dots (standard deviation)", theme.LEFT, 800, theme.LABEL, theme.MUTED, at=after)
        old = say(self, f"{float(trace['spread'][PLAIN]):.2f}", theme.LEFT, 872, 64, AMBER, at=after)
        self.hide(old, at=("explode", 0.8))
        say(self, f"{float(trace['spread'][SHIFTED]):.2f}", theme.LEFT, 872, 64, AMBER, at=("explode", 1.4))

    def pointer(self, far: Compass, exact: np.ndarray) -> None:
        # In the far view the true slope is tiny: a ring says where it still is.
        x, y = far.pixels(exact / 2)
        ring = Marks(theme.point(float(x), float(y))[None, :2], "circle", 34, stroke=theme.TEXT, pen=3)
        leader = rule(float(x) + 24, float(y) + 24, theme.RIGHT - 190, 866, stroke=theme.TEXT, pen=3)
        for part in (ring, leader):
            appear(self, part, "mover", at=("explode", 3.1))
        say(self, "the same slope", theme.RIGHT, 904, 34, theme.TEXT, "right", at=("explode", 3.1), edge=True)
