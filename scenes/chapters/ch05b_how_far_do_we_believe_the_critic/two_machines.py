"""The judge speaks once, at the end; the critic at every token. They are trained apart, on other things."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import statement
from scenes.parts.targets import REWARD, VALUE, edges, middles, shortly
from traces.store import Trace

WORDS = theme.PICTURE.top + theme.WIDE  # baseline of the answer
LANES = {"judge": WORDS + 2.9 * theme.WIDE, "critic": WORDS + 6.9 * theme.WIDE}  # baselines of their names


class TwoMachines(Stage):
    """The judge speaks once, at the end; the critic at every token. They are trained apart, on other things."""

    traces = ("token_values",)

    def build(self) -> None:
        trace = self.trace("token_values")
        self.bring(statement("Two machines: *one judges, one forecasts*"))
        first, self.end = theme.column(3, 9)[0], theme.RIGHT - theme.WIDE
        self.edges = edges(first, self.end, len(trace["sentence"]))
        for token, x in zip(trace["sentence"], middles(self.edges).tolist(), strict=True):
            colour = theme.MUTED if token == "end" else theme.TEXT
            self.bring(text(f"*{token}*", x, WORDS, theme.DISPLAY, colour, "center"))
        self.lane(
            "judge",
            "gives the reward",
            REWARD,
            "a rule, or a *reward model*, trained *before* on what people prefer",
            "trained",
        )
        self.lane(
            "critic",
            "forecasts it",
            VALUE,
            "a *value model*, trained *alongside* the policy on those rewards",
            "alongside",
        )
        self.judge(trace)
        self.critic(trace)

    def lane(self, name: str, field: str, colour: str, trained: str, at: str) -> None:
        # What it is called, a line along the answer, and how it is trained.
        y = LANES[name]
        self.bring(text(f"*{name}*", theme.LEFT, y, theme.DISPLAY, colour), at=name)
        self.bring(text(field, theme.LEFT, y + theme.STATEMENT + theme.TIGHT, theme.BODY, theme.MUTED), at=name)
        self.bring(
            rule(self.edges[0], y, self.end, y, stroke=theme.HAIRLINE, pen=3.0, quiet=True), at=name, layer="grid"
        )
        self.bring(text(trained, self.edges[0], y + 1.5 * theme.WIDE, theme.STATEMENT), at=at)

    def judge(self, trace: Trace) -> None:
        # Silent at every prefix, one number at the end.
        y, at = LANES["judge"], self.time("judge")
        spots = np.array([theme.point(x, y)[:2] for x in self.edges[:-1].tolist()])
        self.bring(Marks(spots, "circle", 7, fill=theme.AXIS), at + 0.6, "mark")
        self.bring(Marks(theme.point(self.end, y)[None, :2], "square", 16, fill=REWARD), at + 2.0, "mark")
        paid = text(
            f"*{shortly(float(trace['sentence_paid']))}*", self.end, y - theme.GAP, theme.DISPLAY, REWARD, "center"
        )
        self.bring(paid, at=at + 2.0)

    def critic(self, trace: Trace) -> None:
        # A forecast at every prefix.
        y = LANES["critic"]
        for k, (x, value) in enumerate(zip(self.edges.tolist(), trace["sentence_value"].tolist(), strict=False)):
            at = self.time("critic") + 0.8 + 0.5 * k
            self.bring(Marks(theme.point(x, y)[None, :2], "circle", 14, fill=VALUE), at, "mark", over=theme.QUICK)
            word = text(f"*{value:.2f}*", x, y - theme.GAP, theme.TITLE, VALUE, "center")
            self.bring(word, at=at, over=theme.QUICK)
