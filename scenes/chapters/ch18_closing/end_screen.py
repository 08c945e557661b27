"""Twenty seconds of calm: the mountain on the left, and room on the right for what a video site lays over it."""

from __future__ import annotations

from scenes import theme
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.hikers import Hikers
from scenes.parts.plane import Plane


class EndScreen(Stage):
    """Twenty seconds of calm: the mountain on the left, and room on the right for what a video site lays over it."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        us, vs = trace["grid_u"], trace["grid_v"]
        top = theme.TOP + theme.WIDE
        side = theme.BOTTOM - top
        plane = Plane(theme.LEFT, top, side, side, (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
        six = Hikers(trace, plane)
        six.mountain(self, start=False)
        six.arrived(self)
        self.bring(text("*Six rules, one mountain*", theme.LEFT, theme.TOP + theme.STATEMENT, theme.TITLE))
        words = "Change a number, and render it again."
        self.bring(text(words, theme.RIGHT, theme.TOP + theme.STATEMENT, theme.STATEMENT, theme.MUTED, "right"))
