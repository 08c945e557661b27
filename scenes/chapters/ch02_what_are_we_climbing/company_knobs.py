"""A company with two knobs: its profit as a height, and the slope where it stands."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch02_what_are_we_climbing.company import Company, euros
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.definition import Definition
from scenes.parts.headings import source, statement

NUDGE = 0.06  # how far a knob is turned to see what changes, in shares of its range


class CompanyKnobs(Stage):
    """A company with two knobs: its profit as a height, and the slope where it stands."""

    traces = ("two_knobs",)

    def build(self) -> None:
        trace = self.trace("two_knobs")
        self.bring(statement("What are we *climbing?*"))
        company = Company(trace)
        climb = company.climb
        # Two knobs: one is the way to the right, the other the way upwards.
        self.bring(company.frame, "price")
        for knob, axis, cue in zip(company.knobs, (company.across, company.up), ("price", "ads"), strict=True):
            knob.stand(self, name=cue)
            for part in axis:
                self.bring(part, cue)
        # Each setting brings some profit: the brighter, the higher.
        self.bring(company.ground, "height", over=theme.SLOW)
        self.bring(company.lines, ("height", theme.QUICK))
        self.bring(company.height, "height")
        self.bring(source("A toy market. Its profit is a stated formula, its slope exact."), "height")
        # The company stands here.
        self.bring(climb.hiker, "here", "mover")
        self.bring(company.profits[0], ("here", theme.QUICK))
        # Turn each knob a little, and see what changes.
        shares = climb.shares(trace["path"][0])
        gains = euros(-1000 * float(trace["slope"][0, 0])), euros(-float(trace["slope"][0, 1]), ".2f")
        for k, knob in enumerate(company.knobs):
            at = ("slope", theme.REST * k)
            knob.nudge(self, shares[k], -NUDGE, at)
            sign = "+" if not gains[k].startswith("\N{MINUS SIGN}") else ""
            line = text(f"€1 less: *{sign}{gains[k]}*", knob.foot.left, knob.foot.top + theme.WIDE, theme.STATEMENT)
            self.bring(line, ("down", "ads_down")[k])
        # These two numbers are the slope: the gradient points uphill.
        lower = company.lower
        slope = Definition(
            "slope", "the field calls it the _gradient_", lower.left, lower.top + theme.DISPLAY + theme.GAP
        )
        self.bring(slope, "gradient")
        self.bring(company.arrow, "gradient", "mark")
