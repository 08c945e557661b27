"""Twenty seconds of calm: the mountain on the left, and room on the right for what a video site lays over it."""

from __future__ import annotations

from scenes import theme
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.hikers import Hikers
from scenes.parts.plane import Plane, spans


class EndScreen(Stage):
    """Twenty seconds of calm: the mountain on the left, and room on the right for what a video site lays over it."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        top = theme.TOP + theme.WIDE
        side = theme.BOTTOM - top
        plane = Plane(theme.LEFT, top, side, side, *spans(trace))
        six = Hikers(trace, plane)
        six.mountain(self, start=False)
        six.arrived(self)
        self.bring(text("*Six rules, one mountain*", theme.LEFT, theme.TOP + theme.STATEMENT, theme.TITLE))
        words = "Change a number, and render it again."
        self.bring(text(words, theme.RIGHT, theme.TOP + theme.STATEMENT, theme.STATEMENT, theme.MUTED, "right"))
