"""An update: both knobs are turned along the slope, by the learning rate; and again, until it is flat."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch02_what_are_we_climbing.company import Company
from scenes.engine.ink import Marks
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken
from traces.store import Trace

RULE = (
    "{{ #word[new setting] : new }} &= {{ #word[old setting] : old }}",
    "&+ {{ #word[learning rate] : rate }} times {{ #word[slope] : slope }}",
)
EDGE = 0.05  # a top that is nearer to the edge than this share of the map gets no ring: it would hide the axis


class OneUpdate(Stage):
    """An update: both knobs are turned along the slope, by the learning rate; and again, until it is flat."""

    traces = ("two_knobs",)

    def build(self) -> None:
        trace = self.trace("two_knobs")
        asked = self.bring(statement("Along the *slope*"))
        self.hide(asked, at="update")
        self.bring(statement("One *update*: both knobs, a little"), ("update", theme.QUICK))
        company = Company(trace)
        company.stand(self)
        self.bring(source("A toy market. Its profit is a stated formula, its slope exact."))
        # Turn both knobs a little along the slope.
        climb, steps = company.climb, len(trace["path"]) - 1
        climb.go(self, 0, 1, at=("step", theme.QUICK), over=theme.SLOW)
        self.hide(company.arrow, at="rate")
        # The rule, term by term.
        rule = Spoken(*RULE, x=company.lower.left, y=company.lower.top + theme.WIDE, size=theme.TITLE)
        rule.enter(self, {"new": "new", "old": "old", "rate": "plus", "slope": "grad"})
        rule.rest(self, at="rule_rest")
        # Look again, and take the next step; and so on to the top.
        if steps > 1:
            start = self.time("climb") + theme.CHANGE
            climb.go(self, 1, steps, at=start, over=self.time("top") - start)
        self.top(company, trace)

    def top(self, company: Company, trace: Trace) -> None:
        # Where no small turn helps any more.
        plane, summit = company.plane, trace["summit"]
        ring = plane.centre(*summit)[None]
        inland = float(summit[1]) > EDGE * plane.v[1]
        if inland:
            self.bring(Marks(ring, "circle", theme.GUTTER, stroke=theme.TEXT, pen=theme.PEN, casing=5.0), "top", "mark")
