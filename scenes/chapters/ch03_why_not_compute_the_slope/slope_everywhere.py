"""With three answers the slope is a sum of three terms, known everywhere."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch03_why_not_compute_the_slope.terms import Terms
from scenes.engine.lettering import formula
from scenes.engine.stage import Stage
from scenes.parts import slopes
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from scenes.parts.mountain import mountain
from scenes.parts.say import appear, say


class SlopeEverywhere(Stage):
    """With three answers the slope is a sum of three terms, known everywhere."""

    traces = ("gradient_clouds",)

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        self.put(statement("Why not just *compute the slope?*"), "text")
        plane = mountain(self, trace, trace["start"]).plane
        self.formulas()
        terms = Terms(self, trace)
        terms.table("terms", "score", "way")
        terms.add(plane, "sum")
        terms.everywhere(plane, "field")
        note = "Exact. Arrows of one column share a scale. Dotted: expected reward."
        self.put(source(note, theme.LABEL), "text")

    def formulas(self) -> None:
        # The average score, odds times score. A step changes the odds: by themselves, times the slope of their log.
        steps = [Formula(f, theme.LEFT, 222, 50) for f in (slopes.HEIGHT, slopes.MOVED, slopes.SLOPE)]
        for part in steps:
            part.put(self)
        steps[0].enter(self, at=-1.0, over=0.0)
        steps[0].become(self, steps[1], at="move")
        steps[1].become(self, steps[2], at="sum")
        appear(self, formula(slopes.LOG, theme.LEFT, 912, 46), "text", at=("log", 0.2))
        say(self, "as the slope of log x is 1/x", 584, 910, 34, theme.MUTED, at=("log", 0.2))
