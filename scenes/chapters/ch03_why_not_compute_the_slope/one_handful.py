"""A few answers, each with a direction and a score: REINFORCE, term by term."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch03_why_not_compute_the_slope.common import AMBER
from scenes.chapters.ch03_why_not_compute_the_slope.votes import Votes
from scenes.engine.stage import Stage
from scenes.parts import slopes
from scenes.parts.bars import Bars
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from scenes.parts.say import say
from traces.store import Trace


class OneHandful(Stage):
    """A few answers, each with a direction and a score: REINFORCE, term by term."""

    traces = ("gradient_clouds",)

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        self.put(statement("So read a few. *Each handful votes for a direction.*"), "text")
        raw = trace.hyperparameters["reinforce.baseline"] == 0.0
        full = Formula(slopes.SLOPE, theme.LEFT, 216, 50)
        sampled = Formula(slopes.SAMPLED if raw else slopes.MINUS_CONSTANT, theme.LEFT, 216, 50 if raw else 44)
        full.put(self)
        sampled.put(self)
        full.enter(self, at=-1.0, over=0.0)
        full.become(self, sampled, at=("few", 0.6))
        say(self, "*REINFORCE*", 980, 222, 44, AMBER, "right", at="name")
        votes = Votes(self, trace)
        votes.write(self.odds(trace), at="few")
        votes.point("way")
        votes.weigh("alike", "score", slopes.SCORE_ONE if raw else slopes.SCORE_LESS)
        votes.add("alike", "vote", "true")
        note = (
            f"The first handful of {len(trace['hand'])} from the start policy; arrows exact. REINFORCE: Williams 1992."
        )
        self.put(source(note, 28), "text")

    def odds(self, trace: Trace) -> list[np.ndarray]:
        # What the model writes from: the odds of the three answers. Returns where an answer leaves its bar.
        probs = trace["start_probs"]
        bars = Bars(1160, 236, 560, 560, theme.TEXT, size=44)
        bars.write(probs)
        parts = [self.put(m, "grid") for m in (bars.base, bars.ink)] + [self.put(m, "text") for m in bars.names]
        tops = []
        for left, p in zip(bars.lefts, probs, strict=True):
            x, y = left + bars.bar / 2, bars.y + bars.height * (1 - float(p))
            parts.append(say(self, f"{float(p):.0%}".replace("%", "\\%"), x, y - 18, 44, anchor="center"))
            tops.append(np.array([x, y - 90]))
        parts.append(say(self, "odds of the next answer", 1440, 920, 34, theme.MUTED, "center"))
        self.hide(*parts, at="alike", over=0.2)
        return tops
